using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Scoring;

namespace Consortium.Cryptography.Tests.Scoring;

/// <summary>
/// A model of random weights in groups of eight cells, a key, and payments that fall into one cell of each group.
/// </summary>
internal sealed class ScoringCase : IDisposable
{
    private const int GroupCells = 8;

    private readonly SeededRandomSource _randomness;
    private readonly SeededRandom _cells;

    public ScoringCase(string label, ScoringParameters parameters, int largestWeight, InstructionSet set)
    {
        Parameters = parameters;
        _cells = new SeededRandom(label);
        _randomness = new SeededRandomSource(_cells.Bytes(32));
        Weights = [.. Enumerable.Range(0, parameters.Cells).Select(_ => _cells.Next((2 * largestWeight) + 1) - largestWeight)];
        Model = new ScoringModel(parameters, Weights, Groups(parameters.Cells));
        Key = ScoringKey.Generate(_randomness, set);
        PublicKey = ScoringPublicKey.Read(Key.PublicKey);
        Encryptor = new QueryEncryptor(Key, parameters, _randomness, set);
        Scorer = new QueryScorer(Model, _randomness, set);
        Opener = new ReplyOpener(Key, parameters);
    }

    public ScoringParameters Parameters { get; }

    public int[] Weights { get; }

    public ScoringModel Model { get; }

    public ScoringKey Key { get; }

    public ScoringPublicKey PublicKey { get; }

    public QueryEncryptor Encryptor { get; }

    public QueryScorer Scorer { get; }

    public ReplyOpener Opener { get; }

    public static int[] Groups(int cells) => [.. Enumerable.Repeat(GroupCells, cells / GroupCells)];

    /// <summary>Cells of as many payments as a query takes.</summary>
    public byte[] Payments()
    {
        byte[] cells = new byte[Parameters.Payments * Parameters.Cells];
        for (int group = 0; group < cells.Length; group += GroupCells)
        {
            cells[group + _cells.Next(GroupCells)] = 1;
        }

        return cells;
    }

    public byte[] Encrypt(byte[] cells)
    {
        byte[] query = new byte[Parameters.QueryBytes];
        Encryptor.Encrypt(cells, query);
        return query;
    }

    public byte[] Reply(byte[] query)
    {
        byte[] reply = new byte[Parameters.ReplyBytes];
        Scorer.Score(query, PublicKey, reply);
        return reply;
    }

    public int[] Clear(byte[] cells) =>
        [.. cells.Chunk(Parameters.Cells).Select(payment => (int)Model.Score(payment))];

    public void Dispose()
    {
        Opener.Dispose();
        Scorer.Dispose();
        Encryptor.Dispose();
        Key.Dispose();
        Model.Dispose();
        _randomness.Dispose();
        _cells.Dispose();
    }
}
