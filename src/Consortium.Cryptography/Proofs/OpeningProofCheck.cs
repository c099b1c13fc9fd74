using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;

namespace Consortium.Cryptography.Proofs;

/// <summary>One key holder's check of a bank's opening proof, by itself and without another message.</summary>
public static class OpeningProofCheck
{
    private const string Subject = "share of an opening proof";

    /// <summary>
    /// Null when the opening proof holds, else why not, in a sentence for people. Hostile bytes of chunk, share or proof never
    /// throw.
    /// </summary>
    /// <param name="statement">What is proven, as this holder knows it.</param>
    /// <param name="holder">Whose share it is: 1 to J.</param>
    /// <param name="keyShare">This holder's share of the bank's key, with or without the masks at its end.</param>
    /// <param name="proofShare">What the bank sealed to this holder.</param>
    /// <param name="challenge">32 bytes: a hash of all that is public, the digests of all sealed shares among it.</param>
    /// <param name="proof">What the bank published.</param>
    /// <exception cref="ArgumentException">
    /// Another holder's key share, or one of another vector than a key; or a challenge of another length.
    /// </exception>
    public static string? Why(
        OpeningStatement statement,
        int holder,
        KeyShare keyShare,
        ReadOnlySpan<byte> proofShare,
        ReadOnlySpan<byte> challenge,
        ReadOnlySpan<byte> proof)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(holder, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(holder, statement.Holders);
        ArgumentOutOfRangeException.ThrowIfNotEqual(challenge.Length, OpeningChallenge.Length, nameof(challenge));
        if (keyShare.Holder != holder || keyShare.Coefficients is not (RnsBasis.Degree or RnsBasis.Degree + SharingProof.Masks))
        {
            throw new ArgumentException($"Holder {holder} checks with its own share of a key.", nameof(keyShare));
        }

        OpeningProofShape shape = statement.Shape;
        uint[][] vectors = [.. PrimeField.All.Select((_, field) => GC.AllocateArray<uint>(shape.WordsOf(field), pinned: true))];
        try
        {
            LinearProof parsed = LinearProof.Decode(shape, statement.Threshold, proof);
            Decode(shape, keyShare, proofShare, vectors);
            return parsed.WhyNot() ?? Compare(statement, holder, vectors, new OpeningChallenge(statement, challenge), parsed);
        }
        catch (MalformedDataException rejection)
        {
            return rejection.Message;
        }
        finally
        {
            Array.ForEach(vectors, vector => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(vector.AsSpan())));
        }
    }

    private static void Decode(OpeningProofShape shape, KeyShare keyShare, ReadOnlySpan<byte> bytes, uint[][] vectors)
    {
        MalformedDataException.ThrowIfLengthDiffers(Subject, bytes.Length, shape.ShareLength);
        int offset = 0;
        for (int field = 0; field < vectors.Length; field++)
        {
            FieldWords.Read(Subject, bytes, ref offset, field, vectors[field].AsSpan(field == 0 ? RnsBasis.Degree : 0));
        }

        ReadOnlySpan<ushort> key = keyShare.Values[..RnsBasis.Degree];
        for (int i = 0; i < key.Length; i++)
        {
            vectors[0][i] = key[i];
        }
    }

    private static string? Compare(
        OpeningStatement statement, int holder, uint[][] vectors, OpeningChallenge challenge, LinearProof proof)
    {
        OpeningProofShape shape = statement.Shape;
        var disputed = new DisputedCoefficient(statement);
        for (int index = 0; index < vectors.Length; index++)
        {
            var forms = new LinearForms(shape, disputed, challenge, index);
            PrimeField field = PrimeField.All[index];
            uint[] values = forms.Of(vectors[index]);
            for (int form = 0; form < values.Length; form++)
            {
                if (field.Add(values[form], forms.Constant(form)) != proof.At(index, form, (uint)holder))
                {
                    return string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Name(shape, form)} modulo {field.Prime} is not what holder {holder} has shares of.");
                }
            }
        }

        return null;
    }

    private static string Name(OpeningProofShape shape, int form) => form switch
    {
        < OpeningProofShape.BitRowsAt => $"Row {form} over the key",
        < OpeningProofShape.RelationsAt => $"Row {form - OpeningProofShape.BitRowsAt} over the bits",
        OpeningProofShape.RelationsAt => "The disputed coefficient",
        _ when form < shape.FactorsAt => "The range of a value",
        _ => "The test of the bits",
    };
}
