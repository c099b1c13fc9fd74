using System.CommandLine;
using System.Globalization;
using Consortium.Cli.CommandLine;
using Consortium.Learning;
using Consortium.Learning.Features;
using Consortium.Learning.Models.Files;
using Consortium.Participant;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Spectre.Console;

namespace Consortium.Cli.Models;

/// <summary><c>model list</c> and <c>model show</c>.</summary>
internal static class ModelReading
{
    public static Verb CreateList(Terminal terminal) => Verb.Create(
        "list",
        "Models that a bank keeps, the oldest first, and which one scores",
        ["model list --data consortium-home/bank-a/state"],
        [BankOptions.DataFolder, BankOptions.OutputFolder, CommonOptions.Json],
        (parsed, cancellationToken) => ListAsync(terminal, parsed, cancellationToken));

    public static Verb CreateShow(Terminal terminal)
    {
        var model = new Argument<string>("MODEL") { Description = "A model file, or the first digits of a model's digest" };
        return Verb.Create(
            "show",
            "One model: where it came from, and which features matter in it",
            ["model show 4f1c --data consortium-home/bank-a/state", "model show model.csmodel --json"],
            [model, BankOptions.DataFolder, BankOptions.OutputFolder, CommonOptions.Json],
            async (parsed, cancellationToken) =>
            {
                ModelView view = ModelView.Of(
                    await ModelFolder.LoadAsync(parsed, parsed.GetRequiredValue(model), cancellationToken));
                terminal.WriteResult(parsed, view, shown => Print(terminal, shown));
                return ExitCode.Done;
            });
    }

    private static async Task<ExitCode> ListAsync(Terminal terminal, ParseResult parsed, CancellationToken cancellationToken)
    {
        ModelFolder shelf = ModelFolder.Of(parsed);
        IReadOnlyList<AdoptedModel> adopted = await AdoptedModel.ReadAsync(shelf.Storage, cancellationToken);
        IReadOnlyList<ModelVote> votes = await ModelVote.ReadAsync(shelf.Storage, cancellationToken);
        ILookup<string, VoteTally> voteOf = votes.ToLookup(vote => vote.Session.ToString(), vote => vote.Vote);
        ModelVote[] declined = [.. votes.Where(vote => !vote.Vote.IsAdopted)];
        HashSet<string> newest = [.. adopted.GroupBy(model => model.View).Select(ofView => ofView.Last().Model.ToString())];
        ModelRollback? rollback = shelf.RollbackFrom(newest);
        HashSet<string> scoring =
        [
            .. newest.Select(model => rollback?.InsteadOf.ToString() == model ? rollback.Model.ToString() : model),
        ];
        var models = new List<(ModelView Model, string Status)>();
        foreach (string path in shelf.Files())
        {
            try
            {
                ModelView view = ModelView.Of(await ModelFile.LoadAsync(path, cancellationToken));
                models.Add((view,
                    scoring.Contains(view.Digest) ? newest.Contains(view.Digest) ? "scores" : "scores (rollback)"
                    : newest.Contains(view.Digest) ? "newest, rolled back" : "earlier"));
            }
            catch (MalformedDataException malformed)
            {
                terminal.Note($"{path} is left out: {malformed.Message}");
            }
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            terminal.WriteJson(new
            {
                models = models.Select(item => new
                {
                    item.Model.Digest,
                    item.Model.Family,
                    item.Model.Session,
                    item.Model.Rounds,
                    item.Model.Size,
                    item.Model.View,
                    item.Status,
                    Vote = voteOf[item.Model.Session].FirstOrDefault(),
                }),
                declined = declined.Select(item => new { session = item.Session.ToString(), item.Vote }),
                scoring = ScoringIn(FeatureView.Now),
                scoringLate = ScoringIn(FeatureView.Late),
            });
            return ExitCode.Done;
        }

        foreach ((SessionId session, VoteTally vote) in declined)
        {
            terminal.Note($"Session {session.ToString()[..12]} ended without a model: not adopted, {vote}.");
        }

        if (models.Count == 0)
        {
            terminal.Note($"No model is in {shelf.ModelsFolder} yet: a session has to end with one first.");
            return ExitCode.Done;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "model", "family", "view", "size", "rounds", "session", "votes", "status");
        foreach ((ModelView model, string status) in models)
        {
            table.AddRow(
                new Text(model.Digest[..16]), new Text(model.Family), new Text(model.View ?? "-"), new Text(model.Size),
                new Text($"{model.Rounds}"),
                new Text(model.Session.Length > 12 ? model.Session[..12] : model.Session),
                new Text(voteOf[model.Session].FirstOrDefault()?.ToString() ?? "-"), new Text(status));
        }

        terminal.Page.Write(table);
        return ExitCode.Done;

        string? ScoringIn(FeatureView view) => models.Select(item => item.Model)
            .FirstOrDefault(model => model.View == view.Name && scoring.Contains(model.Digest))?.Digest;
    }

    private static void Print(Terminal terminal, ModelView model)
    {
        Table pairs = new Table().Border(TableBorder.None).HideHeaders().AddColumns("what", "is");
        foreach ((string what, string value) in ((string, string)[])
            [
                ("model", model.Digest), ("family", model.Family), ("view", model.View ?? "of another release"),
                ("size", string.Create(CultureInfo.InvariantCulture, $"{model.Size}, {model.Bytes:N0} bytes")),
                ("session", model.Session), ("rounds", model.Rounds.ToString(CultureInfo.InvariantCulture)),
                ("plan", model.PlanDigest),
                (
                    "privacy",
                    model.Privacy?.Sentence
                        ?? "The sums that it was learned from were exact: what they tell about one payment has no bound but the "
                            + "number of banks in them."),
                (
                    "features",
                    model.FitsThisRelease
                        ? "those of this release"
                        : $"of another release (schema {model.SchemaDigest}): this one cannot score with it"),
            ])
        {
            pairs.AddRow(new Text(what), new Text(value));
        }

        terminal.Page.Write(pairs);
        if (model.Features.Count > 0)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumns("feature", "share of the gain");
            foreach (ModelView.Feature feature in model.Features)
            {
                table.AddRow(new Text(feature.Name), new Text(feature.Share.ToString("P1", CultureInfo.InvariantCulture)));
            }

            terminal.Page.Write(table);
        }
    }
}
