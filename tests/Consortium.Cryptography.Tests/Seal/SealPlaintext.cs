using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>SEAL's Plaintext: coefficients, or residues of the transform when it names parameters.</summary>
internal sealed class SealPlaintext : ISealObject<SealPlaintext>
{
    private readonly ulong[] _words;

    /// <param name="parametersId">Zero for coefficients; the level's parameters for residues of the transform.</param>
    /// <param name="words">Copied.</param>
    public SealPlaintext(SealParametersId parametersId, ReadOnlySpan<ulong> words)
        : this(parametersId, words.ToArray(), 1)
    {
    }

    private SealPlaintext(SealParametersId parametersId, ulong[] words, double scale)
    {
        ParametersId = parametersId;
        _words = words;
        Scale = scale;
    }

    public SealParametersId ParametersId { get; }

    /// <summary>CKKS's scale; 1 otherwise.</summary>
    public double Scale { get; init; }

    public ReadOnlySpan<ulong> Words => _words;

    public int ByteLength => SealPlaintextFormat.ByteLength(_words.Length);

    /// <summary>
    /// Makes sure that the words read are one polynomial's residues of these parameters, in the transform domain.
    /// </summary>
    /// <exception cref="MalformedDataException">
    /// The plaintext is of other parameters, or a word is not below its prime.
    /// </exception>
    public void ThrowIfNotOf(SealParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        int count = parameters.Primes.Length * parameters.Degree;
        if (ParametersId != parameters.Id || _words.Length != count)
        {
            throw new MalformedDataException(
                nameof(SealPlaintext),
                SealReader.HeaderLength,
                $"parameters {parameters.Id} with {count} words",
                $"{ParametersId} with {_words.Length}");
        }

        if (parameters.FirstUnreduced(_words) is >= 0 and int index)
        {
            throw new MalformedDataException(
                nameof(SealPlaintext), ByteLength - sizeof(ulong) * (count - index), "a word below its prime",
                $"{_words[index]}");
        }
    }

    /// <inheritdoc/>
    public static SealPlaintext Read(ReadOnlySpan<byte> source, SealLimits limits)
    {
        SealReader reader = SealPlaintextFormat.ReadStart(source, nameof(SealPlaintext), limits, out var start);
        var words = new ulong[start.Count];
        reader.ReadWords(words);
        reader.CheckEnd();
        return new SealPlaintext(start.ParametersId, words, start.Scale);
    }

    /// <inheritdoc/>
    public void Write(Span<byte> destination) => SealPlaintextFormat.Write(destination, ParametersId, Scale, _words);
}
