using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Spectre.Console;

namespace Consortium.Cli.Enrolment;

/// <summary><c>consortium init</c>: begins a consortium with its operator, or writes a whole one to try.</summary>
internal sealed class InitCommand(Terminal terminal)
{
    private const int MostBanks = 64;
    private const int MostKeyHolders = 16;
    private const int TlsPort = 5671;
    private const int PlainPort = 5672;

    private static readonly Option<string> Name = new("--name")
    {
        Description = "What the consortium is called",
        DefaultValueFactory = _ => "Consortium",
    };

    private static readonly Option<string> Operator = new("--operator")
    {
        Description = "The operator's name as a party",
        HelpName = "NAME",
        DefaultValueFactory = _ => "operator",
    };

    private static readonly Option<int> Threshold =
        NumberOption.Create(
            "--threshold",
            "T: key holders that must approve and release, more than half of them (a trial's: the fewest that are)", 3, 2, 255);

    private static readonly Option<int> MinimumCohort =
        NumberOption.Create("--minimum-cohort", "The fewest banks that are ever summed", 3, 3, 1024);

    private static readonly Option<string> Host = new("--host")
    {
        Description = "The broker's host",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int?> Port = new("--port")
    {
        Description = $"The broker's port; {TlsPort}, or {PlainPort} without TLS",
    };

    private static readonly Option<string> VirtualHost = new("--virtual-host")
    {
        Description = "The broker's virtual host",
        DefaultValueFactory = _ => "consortium",
    };

    private static readonly Option<bool> NoTls = new("--no-tls") { Description = "Plain AMQP, for a broker on the same machine" };

    private static readonly Option<bool> IsTrial = new("--trial")
    {
        Description =
            "Write a whole consortium for this machine, with generated payments: all keys in one hand, so never for real data",
    };

    private static readonly Option<int> Banks = NumberOption.Create("--banks", "Trial: how many banks", 5, 0, MostBanks);

    private static readonly Option<int> KeyHolders =
        NumberOption.Create("--key-holders", "Trial: J, how many key holders", 4, 0, MostKeyHolders);

    private static readonly Option<int> Payments =
        NumberOption.Create("--payments", "Trial: how many payments, of all banks", 20_000, 1_000, 20_000_000);

    private static readonly Option<int> Days = NumberOption.Create("--days", "Trial: over how many days", 60, 7, 3_650);

    private static readonly Option<int> Seed =
        NumberOption.Create("--seed", "Trial: which payments; the same seed gives the same", 1, 0, int.MaxValue);

    private static readonly Option<int> HealthPort =
        NumberOption.Create(
            "--health-port", "Trial: where the first daemon answers, the next on the next port", 18_080, 1, 65_000);

    private static readonly Option[] OfTrials = [Banks, KeyHolders, Payments, Days, Seed, HealthPort];

    public static Verb Create(Terminal terminal)
    {
        var command = new InitCommand(terminal);
        return Verb.Create(
            "init", "Begin a consortium: consortium.json with its operator; or all of one, to try it on this machine",
            [
                "init --folder my-consortium --name \"Our consortium\" --host broker.example --generate-passphrase",
                "init --folder consortium-home --trial --banks 5 --key-holders 4 --threshold 3",
            ],
            [
                CommonOptions.Folder, Name, Operator, Threshold, MinimumCohort, Host, Port, VirtualHost, NoTls,
                PassphraseOptions.File,
                PassphraseOptions.Generate, IsTrial, .. OfTrials,
            ],
            command.RunAsync);
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
        if (File.Exists(home.ConfigurationFile))
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"{home.ConfigurationFile} is there already: this consortium has begun. Go on with `member add` and "
                    + $"`consortium check`, or name another --folder.");
        }

        PartyId self = MemberName.Parse(parsed.GetRequiredValue(Operator));
        bool isTrial = parsed.GetValue(IsTrial);
        ConsortiumFile file = Begin(parsed, isTrial);
        if (isTrial)
        {
            WriteTrial(parsed, home, file, self, cancellationToken);
            return ExitCode.Done;
        }

        if (OfTrials.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } misplaced)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"{misplaced.Name} is for --trial: real members enrol themselves, one by one, with `identity new` and "
                    + $"`member add`.");
        }

        await WriteBeginningAsync(parsed, home, file, self, cancellationToken);
        return ExitCode.Done;
    }

    private static ConsortiumFile Begin(ParseResult parsed, bool isTrial)
    {
        bool useTls = !isTrial && !parsed.GetValue(NoTls);
        return new ConsortiumFile
        {
            Version = ConsortiumFile.CurrentVersion,
            Name = parsed.GetRequiredValue(Name),
            Threshold = isTrial && parsed.GetResult(Threshold) is null or { Implicit: true }
                ? (parsed.GetValue(KeyHolders) / 2) + 1
                : parsed.GetValue(Threshold),
            MinimumCohort = parsed.GetValue(MinimumCohort),
            Deadlines = new ConsortiumFile.DeadlinesEntry(3600, 30),
            Limits = new ConsortiumFile.LimitsEntry(MostBanks, MostKeyHolders, 16_384, 8 << 20, 1 << 20, 64 << 10),
            Transport = new ConsortiumFile.TransportEntry(
                parsed.GetRequiredValue(Host), parsed.GetValue(Port) ?? (useTls ? TlsPort : PlainPort),
                parsed.GetRequiredValue(VirtualHost), useTls),
        };
    }

    private async Task WriteBeginningAsync(
        ParseResult parsed, ConsortiumHome home, ConsortiumFile file, PartyId self, CancellationToken cancellationToken)
    {
        bool generate = parsed.GetValue(PassphraseOptions.Generate);
        string passphrase = await Passphrase.ChooseAsync(
            terminal, self.Name, parsed.GetValue(PassphraseOptions.File), generate, cancellationToken);
        using var folder = UnfinishedFolder.For(home.Path);
        var unfinished = new ConsortiumHome(folder.Path);
        using PrivateIdentity identity = PrivateIdentity.Generate(self.Name);
        IdentityCommands.Write(unfinished.Of(self), PartyRole.Operator, identity, passphrase, generate);
        unfinished.WriteFile(
            file with { Operator = new ConsortiumFile.PartyEntry(self.Name, Convert.ToBase64String(identity.Public.Encode())) });
        cancellationToken.ThrowIfCancellationRequested();
        folder.Finish(last: Path.GetFileName(home.ConfigurationFile));

        terminal.Out.WriteLine($"{home.ConfigurationFile}: a consortium of {self}, its operator, and nobody else yet");
        terminal.Out.WriteLine($"fingerprint  {identity.Public.Fingerprint}");
        terminal.Note(
            "Each member runs `identity new NAME --role ROLE` where it lives and sends its identity document; then "
                + "`member add DOCUMENT` here.");
    }

    private void WriteTrial(
        ParseResult parsed, ConsortiumHome home, ConsortiumFile file, PartyId self, CancellationToken cancellationToken)
    {
        ShellSettings.RequirePlain(home.Path);
        using var trial = new Trial(
            new TrialPlan
            {
                Banks = parsed.GetValue(Banks),
                KeyHolders = parsed.GetValue(KeyHolders),
                Payments = parsed.GetValue(Payments),
                Days = parsed.GetValue(Days),
                Seed = (ulong)parsed.GetValue(Seed),
                HealthPort = parsed.GetValue(HealthPort),
            },
            file, self);
        using var folder = UnfinishedFolder.For(home.Path);
        terminal.Screen.Status().Start("Begin", status => trial.Write(
            new ConsortiumHome(folder.Path), home, text => status.Status = Markup.Escape(text), cancellationToken));
        folder.Finish(last: Path.GetFileName(home.ConfigurationFile));

        terminal.Out.WriteLine(
            $"{home.Path}: {trial.Configuration.Participants.Length} banks, {trial.Configuration.KeyHolders.Length} key "
                + $"holders, aggregator and operator");
        terminal.Out.WriteLine($"Consortium__Digest={trial.Configuration.Digest}");
        terminal.Out.WriteLine($"daemons      {string.Join(' ', trial.Daemons)}, each with its settings in daemon.env");
        terminal.Out.WriteLine(
            "broker       broker/broker.env starts a private one here; rabbitmq.conf and definitions.json are for "
                + "docker-compose.yml");
        terminal.Note("A trial: all keys lie in this one folder. Never put real payments behind it.");
    }
}
