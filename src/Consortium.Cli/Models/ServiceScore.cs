using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Cryptography.Identity;
using Consortium.Learning.Features;
using Consortium.Participant.Data;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;
using Consortium.Scoring.Client;

namespace Consortium.Cli.Models;

/// <summary>
/// <c>score --service</c>: payments are scored by a consortium's model that this machine never sees, encrypted.
/// </summary>
internal static class ServiceScore
{
    public static readonly Option<string?> Service = new("--service")
    {
        Description = "Have a consortium's scorer score the payments, encrypted: it reads none, and this machine gets no model. "
            + "Alerts have no reasons then",
        HelpName = "URL",
    };

    public static readonly Option<string?> Client = new("--client")
    {
        Description = "With --service: the client's name in consortium.json, whose keys are in the consortium's folder",
        HelpName = "NAME",
    };

    public static readonly Option<FileInfo?> Root = new("--service-root")
    {
        Description = "With --service: the certificate that signed the scorer's (PEM), where the system does not know it",
        HelpName = "FILE",
    };

    public static async Task<ExitCode> RunAsync(
        Terminal terminal, ParseResult parsed, string service, string model, CancellationToken cancellationToken)
    {
        var home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
        ConsortiumConfiguration configuration = home.ReadConfiguration();
        if (configuration.Scorer is null)
        {
            throw new CommandException(ExitCode.BadInput, $"{home.ConfigurationFile} names no scorer.");
        }

        PartyHome party = home.Of(MemberName.Parse(
            parsed.GetValue(Client) ?? throw new CommandException(ExitCode.BadInput, "Say who asks: --client NAME.")));
        using PrivateIdentity identity = await Passphrase.OpenAsync(
            terminal, party, parsed.GetValue(PassphraseOptions.File), cancellationToken);
        using HttpClient http = Connect(service, parsed.GetValue(Root));
        using var client = new ScoringClient(http, configuration, party.Id, identity, TimeProvider.System);
        try
        {
            await client.RegisterAsync(cancellationToken);
            OfferedModel offer = Find(await client.OffersAsync(cancellationToken), model);
            FeatureView view = FeatureView.Of(offer.Shape.SchemaDigest.Span) ?? throw new CommandException(
                ExitCode.BadInput, $"Model {offer.Model} reads another release's features: use the release that trained it.");
            BankData data = BankRows.Read(terminal, parsed);
            DateTime from = parsed.GetValue(BankRows.From) ?? DateTime.MinValue;
            int[] rows = BankRows.Seen(
                terminal, data, view, Enumerable.Range(0, data.Rows).Where(row => data[row].Timestamp >= from));
            double[] logOdds = await client.ScoreAsync(offer, data.FeaturesOf(view, rows), progress: null, cancellationToken);
            IReadOnlyList<Alert> alerts = AlertList.Rank(data, rows, logOdds, parsed.GetValue(BankRows.AlertsPerDay));
            Print(terminal, parsed, offer, view, rows.Length, alerts);
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is ScoringRejectedException or HttpRequestException)
        {
            throw new CommandException(ExitCode.BadInput, exception.Message, exception);
        }
        finally
        {
            Keep(party, client.Receipts);
        }
    }

    private static HttpClient Connect(string address, FileInfo? root)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? service) || service.Scheme != Uri.UriSchemeHttps)
        {
            throw new CommandException(ExitCode.BadInput, $"--service takes an https:// address, not '{address}'.");
        }

        var handler = new SocketsHttpHandler();
        if (root is not null)
        {
            try
            {
                handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(root.FullName);
            }
            catch (Exception exception) when (exception is CryptographicException or IOException)
            {
                handler.Dispose();
                throw new CommandException(ExitCode.BadInput, $"{root.FullName} holds no certificate: {exception.Message}");
            }
        }

        return new HttpClient(handler)
        {
            BaseAddress = new Uri(service.AbsoluteUri.TrimEnd('/') + "/"),
            DefaultRequestVersion = HttpVersion.Version20,
        };
    }

    private static OfferedModel Find(IReadOnlyList<OfferedModel> offers, string model)
    {
        OfferedModel[] found =
        [
            .. offers.Where(offer => offer.Model.ToString().StartsWith(model, StringComparison.OrdinalIgnoreCase)),
        ];
        return found is [var only]
            ? only
            : throw new CommandException(
                ExitCode.BadInput,
                $"{(found.Length == 0 ? "No" : "More than one")} offered model begins with '{model}'. On offer: "
                    + $"{string.Join(", ", offers.Select(offer => offer.Model.ToString()[..16]))}.");
    }

    private static void Print(
        Terminal terminal, ParseResult parsed, OfferedModel offer, FeatureView view, int scored, IReadOnlyList<Alert> alerts)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            terminal.WriteJson(new
            {
                model = offer.Model.ToString(),
                view = view.Name,
                bank = parsed.GetValue(BankRows.Bank),
                scored,
                alerts,
            });
            return;
        }

        terminal.Out.Write(AlertList.ToCsv(alerts, view == FeatureView.Late));
        terminal.Note($"{alerts.Count} alerts among {scored} payments, of which the scorer read none.");
    }

    /// <summary>What was charged, countersigned, in the client's own folder.</summary>
    private static void Keep(PartyHome party, IReadOnlyList<SignedEnvelope> receipts)
    {
        if (receipts.Count == 0)
        {
            return;
        }

        DurableFile.CreateOwnersFolder(party.ReceiptsFolder);
        foreach (SignedEnvelope receipt in receipts)
        {
            string sequence = ScoreReceipt.FromBytes(receipt.Payload.Span).Sequence.ToString("D9", CultureInfo.InvariantCulture);
            DurableFile.Replace(Path.Combine(party.ReceiptsFolder, $"{sequence}.json"), receipt.ToJson(), ownerOnly: true);
        }
    }
}
