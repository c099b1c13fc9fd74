using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Accounting;

/// <summary>One key holder's check of a bank's account, by itself and without another message.</summary>
public static class AccountCheck
{
    private const string Subject = "share of an account";

    /// <summary>Null when the account holds, else why not, in a sentence for people. Hostile bytes of chunk, share or proof never throw.</summary>
    /// <param name="statement">What is accounted for, as this holder knows it.</param>
    /// <param name="holder">Whose share it is: 1 to J.</param>
    /// <param name="keyShare">This holder's share of the bank's key, with or without the masks at its end.</param>
    /// <param name="accountShare">What the bank sealed to this holder.</param>
    /// <param name="challenge">32 bytes: a hash of all that is public, the digests of all sealed shares among it.</param>
    /// <param name="proof">What the bank published.</param>
    /// <exception cref="ArgumentException">Another holder's key share, or one of another vector than a key; or a challenge of another length.</exception>
    public static string? Why(
        AccountStatement statement, int holder, KeyShare keyShare, ReadOnlySpan<byte> accountShare, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> proof)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(holder, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(holder, statement.Holders);
        ArgumentOutOfRangeException.ThrowIfNotEqual(challenge.Length, AccountChallenge.Length, nameof(challenge));
        if (keyShare.Holder != holder || keyShare.Coefficients is not (RnsBasis.Degree or RnsBasis.Degree + SharingProof.Masks))
        {
            throw new ArgumentException($"Holder {holder} checks with its own share of a key.", nameof(keyShare));
        }

        AccountShape shape = statement.Shape;
        uint[][] vectors = [.. PrimeField.All.Select((_, field) => GC.AllocateArray<uint>(shape.WordsOf(field), pinned: true))];
        try
        {
            AccountProof parsed = AccountProof.Decode(shape, statement.Threshold, proof);
            Decode(shape, keyShare, accountShare, vectors);
            return parsed.WhyNot() ?? Compare(statement, holder, vectors, new AccountChallenge(statement, challenge), parsed);
        }
        catch (MalformedDataException refusal)
        {
            return refusal.Message;
        }
        finally
        {
            Array.ForEach(vectors, vector => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(vector.AsSpan())));
        }
    }

    private static void Decode(AccountShape shape, KeyShare keyShare, ReadOnlySpan<byte> bytes, uint[][] vectors)
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

    private static string? Compare(AccountStatement statement, int holder, uint[][] vectors, AccountChallenge challenge, AccountProof proof)
    {
        AccountShape shape = statement.Shape;
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
                    return string.Create(CultureInfo.InvariantCulture, $"{Name(shape, form)} modulo {field.Prime} is not what holder {holder} has shares of.");
                }
            }
        }

        return null;
    }

    private static string Name(AccountShape shape, int form) => form switch
    {
        < AccountShape.BitRowsAt => $"Row {form} over the key",
        < AccountShape.RelationsAt => $"Row {form - AccountShape.BitRowsAt} over the bits",
        AccountShape.RelationsAt => "The disputed coefficient",
        _ when form < shape.FactorsAt => "The range of a value",
        _ => "The test of the bits",
    };
}
