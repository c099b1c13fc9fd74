using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Learning;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Outcomes;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Participant.Data;

/// <summary>
/// Watches the bank's folder of payments: what is there at first is read at once, each file that comes later or changes is read
/// when it is whole, and what is unlabelled is scored as soon as there is a model. Not thread-safe but for <see cref="Batches"/>.
/// </summary>
internal sealed partial class DataWatch
{
    /// <summary>Logged, once for each batch of files, when a bank's payments and their features are in memory.</summary>
    public const int DataReadEvent = 320;

    /// <summary>
    /// A folder of a million files takes seconds to look through: so many times as long is the pause after that.
    /// </summary>
    private const int PauseRatio = 9;

    /// <summary>A look that is not worth a pause.</summary>
    private static readonly TimeSpan QuickLook = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Then a look that found something to do lets training sessions have their turn, and the next one goes on.
    /// </summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    /// <summary>A look that people are told of, for new payments wait for the next one.</summary>
    private static readonly TimeSpan SlowLook = TimeSpan.FromSeconds(1);

    private readonly Party _party;
    private readonly ParticipantOptions _options;
    private readonly ILogger _logger;
    private readonly PaymentSpool _spool;
    private readonly FileIntake _intake;
    private readonly BankStore? _store;
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly HashSet<(int Batch, Digest Model)> _scored = [];
    private readonly ScoringModel _model;
    private readonly ScoringModel _lateModel;
    private (JournaledFile[] Files, BatchReport Report)? _uncommitted;
    private long _lookedAt;
    private TimeSpan _lookTook;
    private bool _isSlowSaid;
    private string _resumeAt = string.Empty;
    private BankData _data;
    private volatile int _batches;

    public DataWatch(Party party, ParticipantOptions options)
    {
        _party = party;
        _options = options;
        _logger = party.Loggers.CreateLogger<DataWatch>();
        _spool = new PaymentSpool(options.Payments);
        _intake = new FileIntake(_spool, party.Time);
        _store = options.Reading is { } reading ? new BankStore(reading) : null;
        _model = NewModel(FeatureView.Now);
        _lateModel = NewModel(FeatureView.Late);
        _data = Empty();
    }

    /// <summary>Batches of data that are in memory; 0 until the first was read.</summary>
    public int Batches => _batches;

    internal BankData Data => _data;

    private BankId Bank => _options.Bank ?? new BankId(_party.Id.Name);

    private string Alerts => Path.Combine(_options.Output, "alerts");

    public TrainingRows TrainingRows(int batches, DataWindow window, ClosedDays closed, FeatureView view) =>
        _data.TrainingRows(batches, window, closed, view);

    public Digest DigestOf(int batches, DataWindow window, ClosedDays closed, int? labels = null) =>
        _data.DigestOf(batches, window, closed, labels);

    /// <summary>Keeps a model under its digest.</summary>
    public void SaveModel(ModelFile file)
    {
        string path = _model.FileOf(new Digest(file.Model.Digest.Span));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        file.Save(path);
    }

    /// <summary>Reads what is new and scores what is due.</summary>
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="StorageException">
    /// A batch cannot be saved, as on a full disk. It stays in memory, its files are not taken yet, and the next call goes on.
    /// </exception>
    /// <exception cref="InvalidConfigurationException">
    /// A file that was there at the start, or was taken by an earlier run, cannot be read.
    /// </exception>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        if (_uncommitted is var (files, report))
        {
            await CommitAsync(files, report, cancellationToken);
        }

        SaveLoaded();
        IReadOnlyList<ReadingOrder> orders = _options.Reading is { } reading ? ReadingOrder.Read(reading) : [];
        bool worked = (orders.Count > 0 || _party.Time.GetElapsedTime(_lookedAt) >= PauseRatio * _lookTook)
            && await LookAtFilesAsync(orders, cancellationToken);
        return await ScoreAsync(cancellationToken) || worked;
    }

    private ScoringModel NewModel(FeatureView view) => new(
        view, Path.Combine(_options.Output, "models"), _options.Output, _party.Loggers.CreateLogger<ScoringModel>());

    private BankData Empty() =>
        new(Bank, _options.MaximumBadRows, _options.LateWindow)
        {
            Zone = _options.Zone,
            Mapping = _options.Mapping,
            Clock = _party.Time,
        };

    private async Task<bool> LookAtFilesAsync(IReadOnlyList<ReadingOrder> orders, CancellationToken cancellationToken)
    {
        long began = _party.Time.GetTimestamp();
        bool worked = _batches == 0 ? await BeginAsync(cancellationToken) : await TakeNewAsync(orders, cancellationToken);
        _lookedAt = _party.Time.GetTimestamp();
        TimeSpan took = _party.Time.GetElapsedTime(began, _lookedAt);
        _lookTook = worked || took < QuickLook ? TimeSpan.Zero : took;
        if (_lookTook > SlowLook && !_isSlowSaid)
        {
            _isSlowSaid = true;
            LogSlowLook(_logger, _options.Payments, took, PauseRatio * took);
        }

        return worked;
    }

    private async Task<bool> TakeNewAsync(IReadOnlyList<ReadingOrder> orders, CancellationToken cancellationToken)
    {
        bool worked = false;
        long began = _party.Time.GetTimestamp();
        foreach (string name in ListFiles().SkipWhile(name => string.CompareOrdinal(name, _resumeAt) < 0))
        {
            if (worked && _party.Time.GetElapsedTime(began) > LongestLook)
            {
                _resumeAt = name;
                return true;
            }

            ReadingOrder? order = orders.FirstOrDefault(given => given.Name == name);
            try
            {
                worked |= await LookAtAsync(name, order, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException and not StorageException or UnauthorizedAccessException)
            {
                SayOnce(name, exception.Message, LogWaiting, "waiting"); // looked at again: it may be locked, or on its way
            }
        }

        _resumeAt = string.Empty;
        return worked;
    }

    private async Task<bool> LookAtAsync(string name, ReadingOrder? order, CancellationToken cancellationToken)
    {
        switch (_intake.LookAt(name, order is not null))
        {
            case FileIntake.Look.Unfinished(var what):
                SayOnce(name, what, LogWaiting, "waiting");
                if (_intake.Find(name) is null)
                {
                    await NoteAsync(Described(name, FileState.Waiting, null, what) with { Length = -1 }, cancellationToken);
                    return true;
                }

                return false;
            case FileIntake.Look.Same(var file):
                _intake.Note(file);
                await _party.Database.WriteAsync(state => FileJournal.Recognize(state, file), cancellationToken);
                order?.Remove(_options.Reading!);
                return false;
            case FileIntake.Look.Elsewhere(var other, var digest, var length, var written):
                string reason = $"its content was taken as {other}";
                LogSkipped(_logger, name, reason);
                FileMeters.CountFile("duplicate");
                await NoteAsync(
                    new JournaledFile(name, FileState.Duplicate, digest, length, written, null, reason, 0, 0), cancellationToken);
                order?.Remove(_options.Reading!);
                return true;
            case FileIntake.Look.Ready ready:
                await TakeAsync(name, ready, order, cancellationToken);
                return true;
            default:
                return false;
        }
    }

    private async Task TakeAsync(
        string name, FileIntake.Look.Ready look, ReadingOrder? order, CancellationToken cancellationToken)
    {
        var file = new JournaledFile(name, FileState.SetAside, look.Digest, look.Length, look.Written, null, null, 0, 0);
        PendingBatch? pending = null;
        OutcomeFile? outcomes = null;
        try
        {
            string path = _spool.PathOf(name);
            outcomes = OutcomeFile.Is(path) ? OutcomeFile.Read(path, PaymentDates.LatestAt(_party.Time)) : null;
            pending = outcomes is null ? _data.Read([path], order?.AcceptsBadRows == true) : null;
        }
        catch (PaymentFileException rejection)
        {
            bool waits = rejection.IsIncomplete;
            (waits ? (Action<ILogger, string, string>)LogWaiting : LogLeftOut)(_logger, name, rejection.Reason);
            FileMeters.CountFile(waits ? "incomplete" : "set_aside");
            await NoteAsync(
                file with { State = waits ? FileState.Waiting : FileState.SetAside, Reason = rejection.Reason },
                cancellationToken);
            order?.Remove(_options.Reading!);
            return;
        }

        if (!_intake.IsUnchanged(name, look))
        {
            if (pending is not null)
            {
                _data.Discard(pending);
            }

            return; // it changed while it was read: the next look finds it growing
        }

        if (look.IsReplaced)
        {
            LogReplaced(_logger, name);
            FileMeters.CountFile("replaced");
        }

        BatchReport report = pending is null ? _data.TakeOutcomes(outcomes!) : _data.Take(pending);
        await CommitAsync(
            [
                file with
                {
                    State = FileState.Taken,
                    Batch = _data.Batches,
                    Rows = report.Taken,
                    Reason = report.Summary.Length == 0 ? null : report.Summary,
                    SetAside = report.SetAside + report.TooLate,
                },
            ],
            report,
            cancellationToken);
        order?.Remove(_options.Reading!);
    }

    /// <summary>
    /// Saves a batch, then notes its files as taken, then lets go of the state before it. If disk or database fails, the next
    /// look goes on from here: the batch is in memory.
    /// </summary>
    private async Task CommitAsync(JournaledFile[] files, BatchReport report, CancellationToken cancellationToken)
    {
        _uncommitted = (files, report);
        _store?.Save(_data);
        await _party.Database.WriteAsync(
            state => { Array.ForEach(files, file => FileJournal.Keep(state, file)); }, cancellationToken);
        _uncommitted = null;
        _store?.Collect();
        foreach (JournaledFile file in files)
        {
            _intake.Note(file);
            FileMeters.CountFile("taken");
        }

        FileMeters.CountRows(report);
        _batches = _data.Batches;
        LogRead(_logger, files.Length, report.Owned);
        if (report.Summary.Length > 0)
        {
            LogRemarks(_logger, string.Join(", ", files.Select(file => file.Name)), report.Summary);
        }
    }

    private async Task NoteAsync(JournaledFile file, CancellationToken cancellationToken)
    {
        await _party.Database.WriteAsync(state => FileJournal.Keep(state, file), cancellationToken);
        _intake.Note(file);
    }

    private JournaledFile Described(string name, FileState state, int? batch, string? reason)
    {
        (long length, long written) = _spool.StampOf(name) ?? throw new FileNotFoundException($"{name} is gone.");
        return new JournaledFile(
            name, state, state == FileState.Taken ? _spool.DigestOf(name) : null, length, written, batch, reason, 0, 0);
    }

    /// <summary>Names of the files to read. Those skipped by name are said once.</summary>
    private IReadOnlyList<string> ListFiles()
    {
        PaymentFolder folder = _spool.List();
        if (folder.Files.Count == 0 && !Path.Exists(_options.Payments))
        {
            SayOnce(_options.Payments, "there is no such file or folder", LogWaiting, "waiting");
        }

        foreach (SkippedFile skipped in folder.Skipped)
        {
            SayOnce(skipped.Name, skipped.Reason, LogSkipped, "skipped");
        }

        return folder.Files;
    }

    private void SayOnce(string name, string detail, Action<ILogger, string, string> log, string outcome)
    {
        if (_said.Add($"{name}: {detail}"))
        {
            log(_logger, name, detail);
            FileMeters.CountFile(outcome);
        }
    }

    /// <summary>Scores each batch's payments, and the payments whose 24 hours ended with it, once with each model.</summary>
    private async Task<bool> ScoreAsync(CancellationToken cancellationToken)
    {
        (Digest Digest, Model Model)? now = await SelectAsync(_model, FeatureView.Now, cancellationToken);
        (Digest Digest, Model Model)? late = await SelectAsync(_lateModel, FeatureView.Late, cancellationToken);
        bool worked = false;
        for (int batch = 1; batch <= _batches; batch++)
        {
            worked |= now is var (digest, model) && Score(FeatureView.Now, batch, digest, model, _data.Unlabelled);
            worked |= late is var (lateDigest, lateModel)
                && Score(FeatureView.Late, batch, lateDigest, lateModel, _data.UnlabelledLate, now?.Model);
        }

        return worked;
    }

    private async Task<(Digest Digest, Model Model)?> SelectAsync(
        ScoringModel model, FeatureView view, CancellationToken cancellationToken)
    {
        if (await _party.Database.ReadAsync(state => TrainingTables.Model(state, view), cancellationToken) is not Digest newest)
        {
            return null;
        }

        await model.SelectAsync(newest, cancellationToken);
        return model.Current;
    }

    private bool Score(
        FeatureView view, int batch, Digest digest, Model model, Func<int, int[]> rowsOf, Model? first = null)
    {
        string kind = view == FeatureView.Late ? "late-" : "";
        string file = Path.Combine(Alerts, $"{batch:D4}-{kind}{digest.ToString()[..16]}.csv");
        if (!_scored.Add((batch, digest)) || File.Exists(file) || rowsOf(batch) is not { Length: > 0 } rows)
        {
            return false;
        }

        Directory.CreateDirectory(Alerts);
        IReadOnlyList<Alert> alerts = AlertList.Rank(_data, rows, model, _options.AlertsPerDay, first);
        new AlertBatch(batch, digest.ToString(), [.. alerts]) { View = view.Name }.Write(file);
        LogScored(_logger, rows.Length, file);
        return true;
    }
}
