using System.Collections.Immutable;
using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;

namespace Consortium.Cli.Receipts;

/// <summary>The noun <c>receipt</c>: what a scorer served a client, as both signed it.</summary>
internal static class ReceiptCommands
{
    private const int MostReceiptBytes = 1 << 16;

    public static Command Create(Terminal terminal) => new("receipt", "Check what a scorer charged a client for")
    {
        Verify(terminal),
    };

    private static Verb Verify(Terminal terminal)
    {
        var receipts = new Argument<DirectoryInfo>("RECEIPTS")
        {
            Description = "A folder of receipts, such as NAME/receipts, which `score --service` writes",
        };
        var client = new Option<string>("--client")
        {
            Description = "Whose receipts they are, by its name in consortium.json",
            HelpName = "NAME",
            Required = true,
        };
        return Verb.Create(
            "verify",
            "Check a client's receipts as a chain: forged, altered, doubled, missing ones and those of one signature are named",
            ["receipt verify client-a/receipts --client client-a --folder consortium-home"],
            [receipts, client, CommonOptions.Folder, CommonOptions.Json],
            (parsed, _) => Task.FromResult(Run(
                terminal, parsed, parsed.GetRequiredValue(receipts), MemberName.Parse(parsed.GetRequiredValue(client)))));
    }

    private static ExitCode Run(Terminal terminal, ParseResult parsed, DirectoryInfo folder, PartyId client)
    {
        var home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
        ConsortiumConfiguration configuration = home.ReadConfiguration();
        if (configuration.FindClient(client) is null)
        {
            throw new CommandException(ExitCode.BadInput, $"{home.ConfigurationFile} lists no client '{client}'.");
        }

        var faults = new List<string>();
        ReceiptChain chain = ReceiptChain.Check(Read(folder, faults), configuration, client);
        faults.AddRange(chain.Faults);
        var models = chain.Receipts.GroupBy(receipt => receipt.Model).OrderBy(group => group.Key).Select(group => new
        {
            model = group.Key.ToString(),
            batches = group.Count(),
            payments = group.Sum(receipt => (long)receipt.Payments),
        }).ToImmutableArray();
        if (parsed.GetValue(CommonOptions.Json))
        {
            terminal.WriteJson(new { client = client.Name, receipts = chain.Receipts.Length, models, faults });
        }
        else
        {
            foreach (var model in models)
            {
                terminal.Out.WriteLine($"model {model.model[..16]}  {model.batches} batches, {model.payments} payments charged");
            }

            faults.ForEach(fault => terminal.Out.WriteLine(fault));
            terminal.Out.WriteLine(
                faults.Count == 0
                    ? $"{chain.Receipts.Length} receipts, a whole chain."
                    : $"{chain.Receipts.Length} receipts, {faults.Count} faults.");
        }

        return faults.Count == 0 ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private static List<(string Name, SignedEnvelope Envelope)> Read(DirectoryInfo folder, List<string> faults)
    {
        if (!folder.Exists)
        {
            throw new CommandException(ExitCode.BadInput, $"There is no folder {folder.FullName}.");
        }

        var envelopes = new List<(string, SignedEnvelope)>();
        foreach (FileInfo file in folder.GetFiles("*.json").OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            try
            {
                envelopes.Add((
                    file.Name,
                    file.Length <= MostReceiptBytes
                        ? SignedEnvelope.FromJson(File.ReadAllBytes(file.FullName))
                        : throw new MalformedDataException(
                            "signed envelope", MostReceiptBytes, $"at most {MostReceiptBytes} bytes", $"{file.Length}")));
            }
            catch (MalformedDataException malformed)
            {
                faults.Add($"{file.Name}: {malformed.Message}");
            }
        }

        return envelopes;
    }
}
