using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Learning.Features;
using Consortium.Learning.Models.Files;
using Consortium.Participant.Data;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Models;

/// <summary>
/// <c>model rollback</c>: has a bank's daemon score with an earlier model until a newer one comes, or this is lifted.
/// </summary>
internal static class RollbackCommand
{
    public static Verb Create(Terminal terminal)
    {
        var model = new Argument<string?>("MODEL")
        {
            Description = "The first digits of the digest of the model to score with",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var lift = new Option<bool>("--lift") { Description = "Score with the newest model again" };
        return Verb.Create(
            "rollback",
            "Score with an earlier model until a newer one is adopted; a running daemon notices by itself",
            [
                "model rollback 4f1c --data consortium-home/bank-a/state",
                "model rollback --lift --data consortium-home/bank-a/state",
            ],
            [model, lift, BankOptions.DataFolder, BankOptions.OutputFolder],
            async (parsed, cancellationToken) =>
            {
                ModelFolder shelf = ModelFolder.Of(parsed);
                return (parsed.GetValue(model), parsed.GetValue(lift)) switch
                {
                    (null, true) => Lift(terminal, shelf),
                    ({ } wanted, false) => await SetAsync(terminal, shelf, wanted, cancellationToken),
                    _ => throw new CommandException(
                        ExitCode.BadInput, "Name the model to go back to, or say --lift: one of the two."),
                };
            });
    }

    private static ExitCode Lift(Terminal terminal, ModelFolder shelf)
    {
        terminal.Out.WriteLine(
            ModelRollback.Lift(shelf.Output)
                ? "Lifted: the newest model scores again."
                : "There was no rollback: the newest model scores.");
        return ExitCode.Done;
    }

    private static async Task<ExitCode> SetAsync(
        Terminal terminal, ModelFolder shelf, string wanted, CancellationToken cancellationToken)
    {
        ModelFile file = await ModelFile.LoadAsync(shelf.Find(wanted), cancellationToken);
        FeatureView view = BankRows.ViewOf(file.Model);
        var digest = new Digest(file.Model.Digest.Span);
        Digest newest = await shelf.NewestAsync(view, cancellationToken)
            ?? throw new CommandException(
                ExitCode.BadInput,
                $"The daemon of {shelf.Data} has adopted no model of the {view.Name} view yet: there is nothing to go back "
                    + "from.");
        if (digest == newest)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"Model {wanted} is the newest: it scores unless an earlier rollback says otherwise, which --lift takes back.");
        }

        new ModelRollback(digest, newest).Write(shelf.Output);
        terminal.Out.WriteLine(
            $"{digest} scores instead of {newest}, until a newer model is adopted or `model rollback --lift`.");
        return ExitCode.Done;
    }
}
