using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Scoring;
using Consortium.Learning.Simulation;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>
/// A model of pseudo-random weights in groups of equal size, a client's key, and payments that fall into cells.
/// </summary>
internal sealed class ScoringSample : IDisposable
{
    private readonly SeededRandom _random = new(16);
    private readonly int _groupCells;
    private readonly int[] _weights;
    private readonly ScoringKey _key = ScoringKey.Generate(RandomSource.OperatingSystem);
    private readonly ScoringPublicKey _publicKey;
    private readonly QueryEncryptor _encryptor;
    private readonly QueryScorer _scorer;
    private readonly ReplyOpener _opener;
    private readonly byte[] _cells;
    private readonly byte[] _query;
    private readonly byte[] _reply;
    private readonly int[] _scores;
    private readonly int[] _chosen;
    /// <summary>The score of the first payment in the clear.</summary>
    public long Clear { get; private set; }

    public ScoringSample(ScoringParameters parameters, int groupCells, int largestWeight)
    {
        Parameters = parameters;
        _groupCells = groupCells;
        _weights = [.. Enumerable.Range(0, parameters.Cells).Select(_ => _random.Below((2 * largestWeight) + 1) - largestWeight)];
        Model = new ScoringModel(parameters, _weights, [.. Enumerable.Repeat(groupCells, parameters.Cells / groupCells)]);
        _publicKey = ScoringPublicKey.Read(_key.PublicKey);
        _encryptor = new QueryEncryptor(_key, parameters, RandomSource.OperatingSystem);
        _scorer = new QueryScorer(Model, RandomSource.OperatingSystem);
        _opener = new ReplyOpener(_key, parameters);
        _cells = new byte[parameters.Payments * parameters.Cells];
        _chosen = new int[_cells.Length / groupCells];
        _query = new byte[parameters.QueryBytes];
        _reply = new byte[parameters.ReplyBytes];
        _scores = new int[parameters.Payments];
        Draw();
        Encrypt();
        Serve();
    }

    public ScoringParameters Parameters { get; }

    public ScoringModel Model { get; }

    public void Encrypt() => _encryptor.Encrypt(_cells, _query);

    public void Serve() => _scorer.Score(_query, _publicKey, _reply);

    public void Open()
    {
        if (!_opener.TryOpen(_reply, _scores))
        {
            throw new InvalidOperationException("What is measured does not open.");
        }
    }

    /// <summary>A weight a group, looked up by the payment's cell.</summary>
    public void ScoreInTheClear()
    {
        long score = 0;
        foreach (int cell in _chosen.AsSpan(0, _chosen.Length / Parameters.Payments))
        {
            score += _weights[cell];
        }

        Clear = score;
    }

    /// <summary>Scores of fresh payments that differ from the quantised model's.</summary>
    public int WrongScores(int payments)
    {
        int wrong = 0;
        for (int scored = 0; scored < payments; scored += Parameters.Payments)
        {
            Draw();
            Encrypt();
            Serve();
            Open();
            for (int payment = 0; payment < Parameters.Payments; payment++)
            {
                long clear = Model.Score(_cells.AsSpan(payment * Parameters.Cells, Parameters.Cells));
                wrong += _scores[payment] == clear ? 0 : 1;
            }
        }

        return wrong;
    }

    public void Dispose()
    {
        _opener.Dispose();
        _scorer.Dispose();
        _encryptor.Dispose();
        _key.Dispose();
        Model.Dispose();
    }

    private void Draw()
    {
        Array.Clear(_cells);
        for (int group = 0; group < _chosen.Length; group++)
        {
            int cell = (group * _groupCells) + _random.Below(_groupCells);
            _cells[cell] = 1;
            _chosen[group] = cell % Parameters.Cells;
        }
    }
}
