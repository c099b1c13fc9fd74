using Consortium.Learning.Payments;
using Consortium.Participant.Store;
using Consortium.Primitives;

namespace Consortium.Participant.Data;

/// <summary>
/// Decides when a payment file is read: when it stopped changing, looks whole, and holds what was not read before. Not
/// thread-safe.
/// </summary>
internal sealed class FileIntake(PaymentSpool spool, TimeProvider clock)
{
    /// <summary>How long a text without a last line end must stay unchanged before it is read as it is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (long Length, long Written, long Since)> _stamps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JournaledFile> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<Digest, string> _taken = [];

    /// <summary>All that is known of files now, in no order.</summary>
    public IEnumerable<JournaledFile> Known => _known.Values;

    public JournaledFile? Find(string name) => _known.GetValueOrDefault(name);

    /// <summary>Takes note of what became of a file.</summary>
    public void Note(JournaledFile file)
    {
        if (file.State != FileState.Replaced)
        {
            _known[file.Name] = file;
        }

        if (file is { Digest: { } digest, State: FileState.Taken or FileState.Replaced })
        {
            _taken[digest] = file.Name;
        }
    }

    /// <summary>Looks at a file.</summary>
    /// <param name="isWanted">Whether the owner wants it read though it did not change.</param>
    public Look LookAt(string name, bool isWanted)
    {
        if (spool.StampOf(name) is not var (length, written))
        {
            return new Look.Nothing();
        }

        JournaledFile? known = Find(name);
        if (known is not null
            && known.Length == length
            && known.Written == written
            && !isWanted
            && known.State != FileState.Waiting)
        {
            return new Look.Nothing();
        }

        if (!_stamps.TryGetValue(name, out var before) || before.Length != length || before.Written != written)
        {
            _stamps[name] = (length, written, clock.GetTimestamp());
            return new Look.Nothing();
        }

        if (UnfinishedFile.WhatIsUnfinished(spool.PathOf(name)) is { } unfinished && !IsPatienceOver(name, before.Since, length))
        {
            return new Look.Unfinished(unfinished);
        }

        if (known is { State: FileState.Waiting } && known.Length == length && known.Written == written && !isWanted)
        {
            return new Look.Nothing(); // read once, found unfinished, and the same since
        }

        Digest digest = spool.DigestOf(name);
        return known is { State: FileState.Taken } && (known.Digest == digest || known.Digest is null)
            ? new Look.Same(known with { Digest = digest, Length = length, Written = written })
            : _taken.TryGetValue(digest, out string? other) && other != name
            ? new Look.Elsewhere(other, digest, length, written)
            : new Look.Ready(digest, length, written, known is { State: FileState.Taken });
    }

    /// <summary>Whether a file is still the one that was looked at.</summary>
    public bool IsUnchanged(string name, Look.Ready look) => spool.StampOf(name) == (look.Length, look.Written);

    /// <summary>Text may end without a line end for good; a Parquet file without a footer or an empty file may not.</summary>
    private bool IsPatienceOver(string name, long since, long length) =>
        length > 0 && clock.GetElapsedTime(since) >= Patience && !name.Contains(".parq", StringComparison.OrdinalIgnoreCase);

    /// <summary>What a look at a file found.</summary>
    internal abstract record Look
    {
        private Look()
        {
        }

        /// <summary>Nothing to do: known, gone, or still changing.</summary>
        internal sealed record Nothing : Look;

        /// <summary>Its end is missing.</summary>
        internal sealed record Unfinished(string What) : Look;

        /// <summary>Its content is the one that was taken.</summary>
        internal sealed record Same(JournaledFile File) : Look;

        /// <summary>Its content was taken under another name.</summary>
        internal sealed record Elsewhere(string Other, Digest Digest, long Length, long Written) : Look;

        /// <summary>It can be read.</summary>
        internal sealed record Ready(Digest Digest, long Length, long Written, bool IsReplaced) : Look;
    }
}
