using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Primitives;
using Microsoft.Extensions.Logging;

namespace Consortium.Participant.Data;

/// <summary>
/// The model that a bank scores with in one view: the newest of it that it adopted, or an earlier one that its owner went back
/// to. A file that is missing, damaged or made for other features stops scoring with it, never the daemon: the problem is logged
/// once, and the last model that could be read goes on.
/// </summary>
/// <param name="view">What the model looks at.</param>
/// <param name="models">The folder of model files, each named by its model's digest.</param>
/// <param name="output">The folder that holds <see cref="ModelRollback"/>.</param>
internal sealed partial class ScoringModel(FeatureView view, string models, string output, ILogger logger)
{
    private string? _problem;

    /// <summary>Null until a model could be read.</summary>
    public (Digest Digest, Model Model)? Current { get; private set; }

    /// <summary>Where a model's file is.</summary>
    public string FileOf(Digest model) => Path.Combine(models, $"{model}.csmodel");

    /// <summary>Follows the owner's rollback where it applies, else the newest model.</summary>
    public async Task SelectAsync(Digest newest, CancellationToken cancellationToken)
    {
        Digest wanted = newest;
        try
        {
            if (ModelRollback.Read(output) is { } rollback && rollback.InsteadOf == newest)
            {
                wanted = rollback.Model;
            }

            await UseAsync(wanted, newest, cancellationToken);
            _problem = null;
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            ReportOnce(exception.Message);
            await FallBackAsync(newest, cancellationToken);
        }
    }

    /// <summary>Where the rollback cannot be followed, the newest model scores.</summary>
    private async Task FallBackAsync(Digest newest, CancellationToken cancellationToken)
    {
        try
        {
            await UseAsync(newest, newest, cancellationToken);
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            // The problem is reported; the last model that could be read goes on.
        }
    }

    private async Task UseAsync(Digest wanted, Digest newest, CancellationToken cancellationToken)
    {
        if (Current?.Digest == wanted)
        {
            return;
        }

        Model model = (await ModelFile.LoadAsync(FileOf(wanted), cancellationToken)).Model;
        if (!model.SchemaDigest.Span.SequenceEqual(view.Schema.Digest))
        {
            throw new InvalidDataException(
                $"Model {wanted} does not read the columns that this release computes in the {view.Name} view.");
        }

        Current = (wanted, model);
        if (wanted != newest)
        {
            LogRolledBack(logger, wanted, newest);
        }
    }

    private void ReportOnce(string problem)
    {
        if (problem != _problem)
        {
            LogNotUsed(logger, problem);
            _problem = problem;
        }
    }

    private static bool IsOfTheFile(Exception exception) =>
        exception is IOException or InvalidDataException or UnauthorizedAccessException or MalformedDataException;

    [LoggerMessage(323, LogLevel.Warning, "Scores with model {Model} instead of the newest, {Newest}, as its owner decided")]
    private static partial void LogRolledBack(ILogger logger, Digest model, Digest newest);

    [LoggerMessage(324, LogLevel.Error, "A model cannot be used for scoring: {Detail}")]
    private static partial void LogNotUsed(ILogger logger, string detail);
}
