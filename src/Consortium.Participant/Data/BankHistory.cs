using System.Runtime.InteropServices;
using Consortium.Learning.Features;
using Consortium.Learning.Payments;

namespace Consortium.Participant.Data;

/// <summary>
/// The past that a bank's next features depend on. It keeps the payments of the last days and the feature state from before them,
/// so that a late payment is put where it belongs: the days since are gone through once more, features that were computed before
/// stay as they were, and new rows are computed as if the late payment had come in time.
/// </summary>
/// <param name="window">How far back a late payment may lie; zero takes none.</param>
internal sealed class BankHistory(BankId bank, AccountTable accounts, TimeSpan window)
{
    private FeatureExtractor _extractor = new(bank, accounts);
    private List<Payment> _recent = [];
    private byte[]? _checkpoint;
    private DateTime _since = DateTime.MaxValue;
    private DateTime _last = DateTime.MinValue;

    /// <summary>Payments since the checkpoint, in order of time.</summary>
    public ReadOnlySpan<Payment> Recent => CollectionsMarshal.AsSpan(_recent);

    /// <summary>The feature state before <see cref="Recent"/>; null while there is none.</summary>
    public ReadOnlyMemory<byte> Checkpoint => _checkpoint;

    /// <summary>From when on late payments can be merged.</summary>
    public DateTime Since => _since;

    public DateTime Last => _last;

    /// <summary>Sorts out which rows are new; the rest is counted.</summary>
    /// <param name="rows">In order of time.</param>
    public List<Payment> Sift(ReadOnlySpan<Payment> rows, out int late, out int tooLate, out int alreadyRead, out int otherLabels)
    {
        (late, tooLate, alreadyRead, otherLabels) = (0, 0, 0, 0);
        DateTime edge = MinuteOf(_last);
        Dictionary<Payment, Queue<Label>> seen = Seen(rows, edge);
        var fresh = new List<Payment>(rows.Length);
        foreach (ref readonly Payment row in rows)
        {
            if (seen.TryGetValue(Bare(row), out Queue<Label>? labels) && labels.TryDequeue(out Label label))
            {
                alreadyRead++;
                otherLabels += label != row.Label && row.Label != Label.Unknown ? 1 : 0;
            }
            else if (MinuteOf(row.Timestamp) >= edge)
            {
                fresh.Add(row);
            }
            else if (row.Timestamp >= _since)
            {
                late++;
                fresh.Add(row);
            }
            else
            {
                tooLate++;
            }
        }

        return fresh;
    }

    /// <summary>Takes rows that <see cref="Sift"/> found new, and hands on each that the bank owns, with its features.</summary>
    public void Take(List<Payment> fresh, Action<Payment, float[]> owned)
    {
        if (fresh.Count == 0)
        {
            return;
        }

        float[] row = new float[FeatureExtractor.Schema.Count];
        if (MinuteOf(fresh[0].Timestamp) < MinuteOf(_last))
        {
            Replay(fresh, row, owned);
        }
        else
        {
            GoOn(fresh, row, owned);
        }

        _last = fresh[^1].Timestamp > _last ? fresh[^1].Timestamp : _last;
        if (window > TimeSpan.Zero && _since != DateTime.MaxValue && _last - _since > (2 * window) + TimeSpan.FromDays(1))
        {
            MoveCheckpoint((_last - window).Date);
        }
    }

    /// <summary>Writes the state that the next payment's features depend on.</summary>
    public void SaveLatest(Stream stream) => _extractor.Save(stream);

    /// <summary>Takes up what an earlier run saved.</summary>
    public void Restore(FeatureExtractor latest, byte[]? checkpoint, List<Payment> recent, DateTime since, DateTime last) =>
        (_extractor, _checkpoint, _recent, _since, _last) = (latest, checkpoint, recent, since, last);

    /// <summary>Takes rows that are no earlier than the last one.</summary>
    private void GoOn(List<Payment> fresh, float[] row, Action<Payment, float[]> owned)
    {
        DateTime first = (fresh[^1].Timestamp - window).Date;
        foreach (Payment payment in fresh)
        {
            if (window > TimeSpan.Zero && _since == DateTime.MaxValue && payment.Timestamp >= first)
            {
                _checkpoint = Saved(_extractor);
                _since = first;
            }

            if (_extractor.Add(payment, row))
            {
                owned(payment, row);
            }

            if (_since != DateTime.MaxValue)
            {
                _recent.Add(payment);
            }
        }
    }

    /// <summary>Goes through the days since the checkpoint again, with late rows where they belong.</summary>
    private void Replay(List<Payment> fresh, float[] row, Action<Payment, float[]> owned)
    {
        FeatureExtractor extractor = Loaded();
        var merged = new List<Payment>(_recent.Count + fresh.Count);
        int next = 0;
        foreach (Payment known in _recent)
        {
            for (; next < fresh.Count && fresh[next].Timestamp < known.Timestamp; next++)
            {
                AddNew(fresh[next]);
            }

            extractor.Add(known, row);
            merged.Add(known);
        }

        for (; next < fresh.Count; next++)
        {
            AddNew(fresh[next]);
        }

        (_extractor, _recent) = (extractor, merged);

        void AddNew(Payment payment)
        {
            if (extractor.Add(payment, row))
            {
                owned(payment, row);
            }

            merged.Add(payment);
        }
    }

    private void MoveCheckpoint(DateTime since)
    {
        FeatureExtractor extractor = Loaded();
        float[] row = new float[FeatureExtractor.Schema.Count];
        int passed = 0;
        for (; passed < _recent.Count && _recent[passed].Timestamp < since; passed++)
        {
            extractor.Add(_recent[passed], row);
        }

        _checkpoint = Saved(extractor);
        _recent = _recent[passed..];
        _since = since;
    }

    private FeatureExtractor Loaded() => FeatureExtractor.Load(new MemoryStream(_checkpoint!), accounts);

    private static byte[] Saved(FeatureExtractor extractor)
    {
        var state = new MemoryStream();
        extractor.Save(state);
        return state.ToArray();
    }

    /// <summary>Recent payments that rows up to the edge could repeat, with their labels in order.</summary>
    private Dictionary<Payment, Queue<Label>> Seen(ReadOnlySpan<Payment> rows, DateTime edge)
    {
        var seen = new Dictionary<Payment, Queue<Label>>();
        if (rows.IsEmpty || MinuteOf(rows[0].Timestamp) > edge)
        {
            return seen;
        }

        foreach (Payment known in _recent)
        {
            if (known.Timestamp >= rows[0].Timestamp)
            {
                ref Queue<Label>? labels = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, Bare(known), out _);
                (labels ??= new Queue<Label>()).Enqueue(known.Label);
            }
        }

        return seen;
    }

    private static Payment Bare(in Payment payment) => payment with { Label = Label.Unknown, Reference = 0 };

    private static DateTime MinuteOf(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMinute));
}
