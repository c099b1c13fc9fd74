using System.Text;
using Consortium.Hosting.Daemons;
using Consortium.Learning;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Learning.Payments;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Participant.Data;

/// <summary>
/// Watches the bank's folder of payments: what is there at first is read at once, each file that comes later is read when it has
/// stopped growing, and what is unlabelled is scored as soon as there is a model. Not thread-safe but for <see cref="Batches"/>.
/// </summary>
internal sealed partial class DataWatch(Party party, ParticipantOptions options)
{
    private readonly ILogger _logger = party.Loggers.CreateLogger<DataWatch>();
    private readonly BankData _data = new(options.Bank ?? new BankId(party.Id.Name), options.MaximumBadRows);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Length, DateTime Written)> _growing = new(StringComparer.Ordinal);
    private readonly HashSet<(int Batch, Digest Model)> _scored = [];
    private readonly ScoringModel _model =
        new(Path.Combine(options.Output, "models"), options.Output, party.Loggers.CreateLogger<ScoringModel>());

    private volatile int _batches;

    /// <summary>Batches of data that are in memory; 0 until the first was read.</summary>
    public int Batches => _batches;

    private string Folder => IsOneFile ? Path.GetDirectoryName(Path.GetFullPath(options.Payments))! : options.Payments;

    private bool IsOneFile => File.Exists(options.Payments);

    private string Alerts => Path.Combine(options.Output, "alerts");

    public TrainingRows TrainingRows(int batches) => _data.TrainingRows(batches);

    /// <summary>Keeps a model under its digest.</summary>
    public void SaveModel(ModelFile file)
    {
        string path = _model.FileOf(new Digest(file.Model.Digest.Span));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        file.Save(path);
    }

    /// <summary>Reads what is new and scores what is due.</summary>
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="InvalidConfigurationException">A file that was there at the start, or was taken by an earlier run, cannot be read.</exception>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        bool worked = _batches == 0 ? await BeginAsync(cancellationToken) : await TakeNewAsync(cancellationToken);
        return await ScoreAsync(cancellationToken) || worked;
    }

    /// <summary>What earlier runs took, in their order; at the very first, all there is.</summary>
    private async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Name, int? Batch)> sources = await party.Database.ReadAsync(TrainingTables.Sources, cancellationToken);
        if (sources.Count == 0)
        {
            string[] names = Files();
            if (names.Length == 0)
            {
                return false;
            }

            AddWhole(names);
            await party.Database.WriteAsync(state => { Array.ForEach(names, name => TrainingTables.KeepSource(state, name, 1, null)); }, cancellationToken);
            _known.UnionWith(names);
        }
        else
        {
            foreach (IGrouping<int?, (string Name, int? Batch)> batch in sources.Where(source => source.Batch is not null).GroupBy(source => source.Batch).OrderBy(batch => batch.Key))
            {
                AddWhole(batch.Select(source => source.Name));
            }

            _known.UnionWith(sources.Select(source => source.Name));
        }

        _batches = _data.Batches;
        LogRead(_logger, _known.Count, _data.Rows);
        return true;
    }

    /// <summary>What a bank starts from must be there whole: a session may have begun on it.</summary>
    private void AddWhole(IEnumerable<string> names)
    {
        try
        {
            _data.Add(names.Select(PathOf));
        }
        catch (Exception exception) when (exception is PaymentFileException or ArgumentException or FileNotFoundException or UnauthorizedAccessException)
        {
            throw new InvalidConfigurationException(
                options.Payments, [new Problem("payments", $"{exception.Message} Mend the file, or take it out before the bank's first start; then start again.")]);
        }
    }

    private async Task<bool> TakeNewAsync(CancellationToken cancellationToken)
    {
        bool worked = false;
        foreach (string name in Files())
        {
            if (_known.Contains(name) || IsGrowing(name))
            {
                continue;
            }

            worked = true;
            _known.Add(name);
            int before = _data.Rows;
            string? problem = null;
            try
            {
                _data.Add([PathOf(name)]);
            }
            catch (Exception exception) when (exception is PaymentFileException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                problem = exception.Message;
                LogLeftOut(_logger, name, problem);
            }

            await party.Database.WriteAsync(state => TrainingTables.KeepSource(state, name, problem is null ? _data.Batches : null, problem), cancellationToken);
            _batches = _data.Batches;
            if (problem is null)
            {
                LogRead(_logger, 1, _data.Rows - before);
            }
        }

        return worked;
    }

    private async Task<bool> ScoreAsync(CancellationToken cancellationToken)
    {
        Digest? newest = await party.Database.ReadAsync(TrainingTables.Model, cancellationToken);
        if (newest is not Digest adopted)
        {
            return false;
        }

        await _model.SelectAsync(adopted, cancellationToken);
        if (_model.Current is not var (digest, model))
        {
            return false;
        }

        bool worked = false;
        for (int batch = 1; batch <= _batches; batch++)
        {
            string file = Path.Combine(Alerts, $"{batch:D4}-{digest.ToString()[..16]}.csv");
            if (!_scored.Add((batch, digest)) || File.Exists(file) || _data.Unlabelled(batch) is not { Length: > 0 } rows)
            {
                continue;
            }

            Directory.CreateDirectory(Alerts);
            string text = AlertList.ToCsv(AlertList.Rank(_data, rows, model, options.AlertsPerDay));
            DurableFile.Replace(file, Encoding.UTF8.GetBytes(text));
            LogScored(_logger, rows.Length, file);
            worked = true;
        }

        return worked;
    }

    /// <summary>A file counts as whole when it did not change between two looks.</summary>
    private bool IsGrowing(string name)
    {
        var file = new FileInfo(PathOf(name));
        (long, DateTime) now = (file.Exists ? file.Length : -1, file.LastWriteTimeUtc);
        bool isSame = _growing.TryGetValue(name, out (long, DateTime) before) && before == now;
        _growing[name] = now;
        return !isSame;
    }

    private string[] Files() => IsOneFile ? [Path.GetFileName(options.Payments)] :
    [
        .. new DirectoryInfo(options.Payments).EnumerateFiles().Select(file => file.Name)
            .Where(name => name.EndsWith(".csv", StringComparison.Ordinal) || name.EndsWith(".csv.gz", StringComparison.Ordinal) || name.EndsWith(".parquet", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private string PathOf(string name) => Path.Combine(Folder, name);
}
