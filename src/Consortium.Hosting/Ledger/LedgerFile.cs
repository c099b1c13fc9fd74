using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Ledger;

/// <summary>
/// A party's participation ledger on disk: a file of its own, appended to and never rewritten, readable by its owner alone. It
/// outlives data folders,
/// sessions and configurations. What is recorded is on disk when <see cref="Record"/> returns. One process at a time has it.
/// Thread-safe.
/// </summary>
public sealed class LedgerFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly string? _headFile;
    private readonly FaultPoint _faults;
    private ParticipationLedger _ledger;
    private Digest _head;
    private int _lines;
    private long _length;

    private LedgerFile(
        FileStream file, string? headFile, FaultPoint faults, ParticipationLedger ledger, ImmutableArray<Digest> digests,
        long length)
    {
        _file = file;
        _headFile = headFile;
        _faults = faults;
        _ledger = ledger;
        _head = digests[^1];
        _lines = digests.Length;
        _length = length;
    }

    /// <summary>The ledger as it is now.</summary>
    public ParticipationLedger Current
    {
        get
        {
            lock (_gate)
            {
                return _ledger;
            }
        }
    }

    /// <summary>
    /// Where a data folder remembers how far its ledger was: a ledger that is behind was restored from a backup.
    /// </summary>
    public static string HeadFileIn(string dataFolder) => Path.Combine(dataFolder, "ledger.head");

    /// <summary>Begins the ledger of a party that has never taken part.</summary>
    /// <exception cref="InvalidConfigurationException">
    /// The consortium is older than this configuration: a ledger with its past is needed.
    /// </exception>
    /// <exception cref="IOException">There is one already, or it cannot be written.</exception>
    public static void Begin(string path, PartyId owner, ConsortiumConfiguration configuration)
    {
        if (configuration.Previous is { } previous)
        {
            throw Wrong(
                path,
                $"This configuration takes the place of {previous}, so the consortium has a past, which an empty ledger would "
                    + "deny. "
                    + "Have another member run `consortium ledger export`, and import that with `consortium ledger import`.");
        }

        Write(path, ParticipationLedger.Begin(owner).Append(new LedgerEntry.Adopted(configuration.Digest, null)));
    }

    /// <summary>Writes a whole ledger that is not there yet.</summary>
    public static void Write(string path, ParticipationLedger ledger) =>
        DurableFile.WriteNew(path, Encoding.ASCII.GetBytes(LedgerText.Write(ledger, out _)), ownerOnly: true);

    /// <summary>Reads a ledger that another process may have.</summary>
    /// <exception cref="InvalidConfigurationException">Missing, or damaged.</exception>
    public static ParticipationLedger Read(string path) => Parse(path, ReadText(path), out _, out _);

    /// <summary>Takes a ledger, and adopts a configuration in it.</summary>
    /// <param name="headFile">See <see cref="HeadFileIn"/>; null to compare with nothing.</param>
    /// <exception cref="InvalidConfigurationException">
    /// It is missing, exposed, damaged, restored from a backup, another party's or another consortium's. The message says which,
    /// and the way on.
    /// </exception>
    /// <exception cref="StorageException">Another process has it, or the disk fails.</exception>
    public static LedgerFile Open(
        string path, string? headFile, PartyId owner, ConsortiumConfiguration configuration, FaultPoint faults)
    {
        if (!File.Exists(path))
        {
            throw Wrong(
                path,
                "There is no participation ledger. A party that has never taken part begins one with `consortium ledger begin`. "
                    + "If it was lost, it is not begun again: "
                    + "import the newest export of it, or another key holder's, with `consortium ledger import`.");
        }

        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageFault.InUse,
                $"The participation ledger {path} cannot be used; another process may have it: {exception.Message}", exception);
        }

        try
        {
            return SecretFileAccess.Objection(file.SafeFileHandle, path, mayGroupWrite: true) is { } objection
                ? throw Wrong(path, objection)
                : Open(file, path, headFile, owner, configuration, faults);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The rules that this ledger gives at this moment.</summary>
    public LedgerRules Rules(ConsortiumConfiguration configuration, TimeProvider time) =>
        new(Current, configuration.LeastDays, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), configuration.Budget);

    /// <summary>Appends an entry, on disk when this returns. What is known already is not written again.</summary>
    /// <exception cref="StorageException">It is not recorded: nothing that follows from it may be said.</exception>
    public void Record(LedgerEntry entry)
    {
        lock (_gate)
        {
            if (entry is LedgerEntry.Participated participated && _ledger.Knows(participated))
            {
                return;
            }

            byte[] line = Encoding.ASCII.GetBytes(LedgerText.Line(entry, _head, out Digest head));
            try
            {
                _faults("ledger:append");
                _file.SetLength(_length); // a line whose writing was interrupted
                _file.Position = _length;
                _file.Write(line);
                _file.Flush(flushToDisk: true);
                _faults("ledger:appended");
            }
            catch (IOException exception)
            {
                throw StorageException.From("Recording in the participation ledger", exception);
            }

            (_ledger, _head, _lines, _length) = (_ledger.Append(entry), head, _lines + 1, _length + line.Length);
            RememberHead();
        }
    }

    public void Dispose() => _file.Dispose();

    private static LedgerFile Open(
        FileStream file, string path, string? headFile, PartyId owner, ConsortiumConfiguration configuration, FaultPoint faults)
    {
        ParticipationLedger ledger = Parse(path, ReadText(file, path), out ImmutableArray<Digest> digests, out int length);
        if (ledger.Owner != owner)
        {
            throw Wrong(path, $"It is the ledger of '{ledger.Owner}', not of '{owner}'. Each party has its own.");
        }

        if (headFile is not null && File.Exists(headFile) && !IsIn(File.ReadAllText(headFile), digests))
        {
            throw Wrong(
                path,
                $"It lacks entries that the data folder knows of ({headFile}): it was restored from an older backup, or put in "
                    + "another's place. Put the newest one back. "
                    + "If that is lost, import another key holder's export with `consortium ledger import` and begin an empty "
                    + "data folder.");
        }

        LedgerEntry.Adopted? adopted = ledger.Adopt(configuration, out string? problem);
        if (problem is not null)
        {
            throw Wrong(path, problem);
        }

        var opened = new LedgerFile(file, headFile, faults, ledger, digests, length);
        if (adopted is not null)
        {
            opened.Record(adopted);
        }

        opened.RememberHead();
        return opened;
    }

    /// <summary>Whether a line of this number and digest is in the chain.</summary>
    private static bool IsIn(string head, ImmutableArray<Digest> digests) =>
        head.Split(' ') is [var lines, var digest]
        && int.TryParse(lines, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= 1 && number <= digests.Length && digests[number - 1].ToString() == digest;

    private static ParticipationLedger Parse(string path, string text, out ImmutableArray<Digest> digests, out int length)
    {
        try
        {
            return LedgerText.Read(text, out digests, out length);
        }
        catch (MalformedDataException malformed)
        {
            throw Wrong(
                path,
                $"The participation ledger is damaged or was altered. {malformed.Message} Put back the newest copy, or import an "
                    + "export with `consortium ledger import`.");
        }
    }

    private static string ReadText(string path)
    {
        if (!File.Exists(path))
        {
            throw Wrong(path, "There is no participation ledger.");
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return ReadText(file, path);
    }

    private static string ReadText(FileStream file, string path)
    {
        if (file.Length > LedgerText.MaximumLength)
        {
            throw Wrong(path, $"It has {file.Length} bytes; no ledger has more than {LedgerText.MaximumLength}.");
        }

        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Encoding.ASCII.GetString(bytes);
    }

    private static InvalidConfigurationException Wrong(string path, string fix) =>
        new("The participation ledger", [new Problem(path, fix)]);

    private void RememberHead()
    {
        if (_headFile is not null)
        {
            DurableFile.Replace(
                _headFile, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_lines} {_head}")),
                ownerOnly: true);
        }
    }
}
