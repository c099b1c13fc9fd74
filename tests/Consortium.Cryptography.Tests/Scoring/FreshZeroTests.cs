using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Scoring;

namespace Consortium.Cryptography.Tests.Scoring;

/// <summary>
/// A client that guesses which of two models answered it, where both give its payment the same score. It predicts c1 = a * w of
/// each model and takes the one that the reply lies closer to, on the circle of the reply's modulus.
/// </summary>
public sealed class FreshZeroTests : IDisposable
{
    private const int Replies = 10_000;

    private static readonly ScoringParameters Parameters = ScoringParameters.Coarse(16, 1);

    private readonly SeededRandomSource _randomness = Seeded.Source(16);
    private readonly ScoringModel[] _models;
    private readonly QueryScorer[] _scorers;
    private readonly ScoringKey _key;
    private readonly byte[] _query = new byte[Parameters.QueryBytes];
    private readonly uint[][] _predictions;

    public FreshZeroTests()
    {
        // The payment falls into the first cell of each group; the models differ in a cell that it does not fall into.
        int[] weights = [.. Enumerable.Range(0, 16).Select(i => (i * 7) - 50)], others = [.. weights];
        others[5]++;
        byte[] cells = new byte[16];
        (cells[0], cells[8]) = (1, 1);
        _models = [.. new[] { weights, others }.Select(model => new ScoringModel(Parameters, model, [8, 8]))];
        _scorers = [.. _models.Select(model => new QueryScorer(model, _randomness))];
        _key = ScoringKey.Generate(_randomness);
        using var encryptor = new QueryEncryptor(_key, Parameters, _randomness);
        encryptor.Encrypt(cells, _query);
        _predictions = [.. _scorers.Select(scorer => Second(WithoutFreshZero(scorer)))];
        Assert.Equal(_models[0].Score(cells), _models[1].Score(cells));
    }

    [Fact]
    public void Reply_WithoutTheFreshZero_ShowsWhichModelAnswered()
    {
        for (int model = 0; model < 2; model++)
        {
            Assert.Equal(model, Guess(WithoutFreshZero(_scorers[model])));
        }
    }

    [Fact]
    public void Reply_AsSent_LeavesTheGuessAtChance()
    {
        ScoringPublicKey publicKey = ScoringPublicKey.Read(_key.PublicKey);
        byte[] reply = new byte[Parameters.ReplyBytes];
        int[] answers = [.. Seeded.Words(17, Replies, 2).Select(bit => (int)bit)];
        int right = 0;
        foreach (int model in answers)
        {
            _scorers[model].Score(_query, publicKey, reply);
            right += Guess(reply) == model ? 1 : 0;
        }

        // Five standard deviations of 10,000 coin flips.
        Assert.InRange(right, (Replies / 2) - 250, (Replies / 2) + 250);
    }

    public void Dispose()
    {
        _key.Dispose();
        Array.ForEach(_scorers, scorer => scorer.Dispose());
        Array.ForEach(_models, model => model.Dispose());
        _randomness.Dispose();
    }

    private byte[] WithoutFreshZero(QueryScorer scorer)
    {
        byte[] reply = new byte[Parameters.ReplyBytes];
        scorer.Multiply(_query);
        scorer.Invert();
        scorer.Switch(reply);
        return reply;
    }

    private int Guess(byte[] reply)
    {
        uint[] second = Second(reply);
        return Distance(second, _predictions[0]) <= Distance(second, _predictions[1]) ? 0 : 1;
    }

    private static long Distance(uint[] left, uint[] right)
    {
        long distance = 0;
        for (int i = 0; i < left.Length; i++)
        {
            uint difference = (left[i] - right[i]) & ((1u << 23) - 1);
            distance += Math.Min(difference, (1u << 23) - difference);
        }

        return distance;
    }

    private static uint[] Second(byte[] reply)
    {
        uint[] words = new uint[RnsBasis.Degree + Parameters.Payments];
        Assert.True(BitPacking.Unpack(reply, Parameters.ReplyBits, words));
        return words[Parameters.Payments..];
    }
}
