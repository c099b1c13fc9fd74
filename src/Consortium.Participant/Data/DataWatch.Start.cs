using Consortium.Hosting.Storage;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Outcomes;
using Consortium.Participant.Store;
using Consortium.Protocol.Configuration;

namespace Consortium.Participant.Data;

/// <summary>
/// How a bank comes by its first batches: from what was saved, from files taken before, or from all files that are there.
/// </summary>
internal sealed partial class DataWatch
{
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromMinutes(1);

    private long? _notSavedAt;

    /// <summary>What earlier runs took, in their order; at the very first, all there is.</summary>
    private async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<JournaledFile> journal = await _party.Database.ReadAsync(FileJournal.All, cancellationToken);
        return journal.Any(file => file.Batch is not null)
            ? GoOn(journal)
            : await BeginAtFirstAsync(cancellationToken);
    }

    /// <summary>The first batch is all files that are there. It waits while one of them is unfinished.</summary>
    private async Task<bool> BeginAtFirstAsync(CancellationToken cancellationToken)
    {
        string[] names =
            [.. ListFiles().Where(name => _spool.StampOf(name) is ( > 0, _) && !OutcomeFile.Is(_spool.PathOf(name)))];
        if (names.Length == 0)
        {
            return false;
        }

        foreach (string name in names)
        {
            if (UnfinishedFile.WhatIsUnfinished(_spool.PathOf(name)) is { } unfinished
                && _intake.LookAt(name, isWanted: false) is not FileIntake.Look.Ready)
            {
                SayOnce(name, unfinished, LogWaiting, "waiting");
                return false;
            }
        }

        JournaledFile[] files;
        BatchReport report;
        try
        {
            files = [.. names.Select(name => Described(name, FileState.Taken, 1, null))];
            report = _data.Add(names.Select(_spool.PathOf));
        }
        catch (PaymentFileException incomplete) when (incomplete.IsIncomplete)
        {
            SayOnce(incomplete.File, incomplete.Reason, LogWaiting, "waiting");
            return false;
        }
        catch (Exception exception)
            when (exception is PaymentFileException or ArgumentException or FileNotFoundException or UnauthorizedAccessException)
        {
            throw Rejected(exception.Message);
        }

        string? summary = report.Summary.Length == 0 ? null : report.Summary;
        files =
            [.. files.Select(
                (file, i) =>
                    file with { Reason = summary, Rows = i == 0 ? report.Taken : 0, SetAside = i == 0 ? report.SetAside : 0 })];
        await CommitAsync(files, report, cancellationToken);
        return true;
    }

    /// <summary>Loads what an earlier run saved, and reads only batches after that.</summary>
    private bool GoOn(IReadOnlyList<JournaledFile> journal)
    {
        int batches = journal.Max(file => file.Batch ?? 0);
        try
        {
            if (_store?.Load(batches, Bank, Empty) is { } saved)
            {
                _data = saved;
                LogLoaded(_logger, saved.Batches, saved.Rows);
            }
        }
        catch (InvalidDataException exception)
        {
            LogNotLoaded(_logger, exception.Message);
        }

        foreach (IGrouping<int, JournaledFile> batch in journal.Where(file => file.Batch > _data.Batches)
            .GroupBy(file => file.Batch!.Value)
            .OrderBy(batch => batch.Key))
        {
            foreach (JournaledFile file in batch)
            {
                RequireContent(file);
            }

            try
            {
                string[] paths = [.. batch.Select(file => _spool.PathOf(file.Name))];
                if (OutcomeFile.Is(paths[0]))
                {
                    _data.TakeOutcomes(OutcomeFile.Read(paths[0], DateTime.MaxValue));
                }
                else
                {
                    _data.Take(_data.Read(paths, acceptsBadRows: batch.Any(file => file.SetAside > 0)));
                }
            }
            catch (Exception exception)
                when (exception is PaymentFileException or ArgumentException or FileNotFoundException
                    or UnauthorizedAccessException)
            {
                throw Rejected(exception.Message);
            }
        }

        foreach (JournaledFile file in journal)
        {
            _intake.Note(file);
        }

        SaveLoaded();
        _batches = _data.Batches;
        LogRead(_logger, journal.Count(file => file.Batch is not null), _data.Rows);
        return true;
    }

    /// <summary>
    /// Saves what was read again from its files at the start, when the disk lets it: it does not hold up the bank, for the files
    /// are there.
    /// </summary>
    private void SaveLoaded()
    {
        if (_store is null || _store.Saved == _data.Batches
            || (_notSavedAt is { } tried && _party.Time.GetElapsedTime(tried) < BetweenSaves))
        {
            return;
        }

        try
        {
            _store.Save(_data);
            _store.Collect();
        }
        catch (StorageException exception)
        {
            _notSavedAt = _party.Time.GetTimestamp();
            LogNotSaved(_logger, exception.Message);
        }
    }

    /// <summary>A batch that was not saved can be computed only from the content that was taken.</summary>
    private void RequireContent(JournaledFile file)
    {
        if (_spool.StampOf(file.Name) is null || (file.Digest is { } digest && _spool.DigestOf(file.Name) != digest))
        {
            throw Rejected(
                $"{file.Name} no longer has the content that was taken as batch {file.Batch}, which was not saved elsewhere: put "
                    + "that content back.");
        }
    }

    private InvalidConfigurationException Rejected(string problem) => new(
        _options.Payments,
        [new Problem("payments", $"{problem} Mend the file, or take it out before the bank's first start; then start again.")]);
}
