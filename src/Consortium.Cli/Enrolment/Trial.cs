using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Consortium.Cli.Simulation;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Enrolment;

/// <summary>
/// A whole consortium on one machine, to try it: all keys, passwords, policies, broker files and generated payments at once. What
/// takes
/// many people in life, who each keep their keys to themselves, takes one here.
/// </summary>
internal sealed class Trial : IDisposable
{
    /// <summary>
    /// More than in life, so that every bank of a small trial has some on its validation days to judge a model by.
    /// </summary>
    private const double LaunderingRate = 0.02;

    private readonly TrialPlan _plan;
    private readonly ImmutableArray<(PartyId Id, PartyRole Role, PrivateIdentity Identity)> _parties;
    private readonly ConsortiumFile _file;

    /// <param name="file">Everything but the members.</param>
    /// <exception cref="InvalidConfigurationException">Such a consortium cannot work; nothing was written.</exception>
    public Trial(TrialPlan plan, ConsortiumFile file, PartyId sessionOperator)
    {
        _plan = plan;
        _parties =
        [
            .. Enumerable.Range(0, plan.Banks).Select(i => Party($"bank-{Letters(i)}", PartyRole.Participant)),
            .. Enumerable.Range(0, plan.KeyHolders).Select(i => Party($"holder-{Letters(i)}", PartyRole.KeyHolder)),
            Party("aggregator", PartyRole.Aggregator),
            Party(sessionOperator.Name, PartyRole.Operator),
        ];
        _file = file with
        {
            Participants = [.. Entries(PartyRole.Participant)],
            KeyHolders = [.. Entries(PartyRole.KeyHolder)],
            Aggregator = Entries(PartyRole.Aggregator).Single(),
            Operator = Entries(PartyRole.Operator).Single(),
        };
        Configuration = _file.ToConfiguration();
    }

    public ConsortiumConfiguration Configuration { get; }

    /// <summary>Daemons, in the order of their health ports.</summary>
    public IEnumerable<PartyId> Daemons => _parties.Where(party => party.Role != PartyRole.Operator).Select(party => party.Id);

    /// <summary>Writes everything.</summary>
    /// <param name="unfinished">Where to.</param>
    /// <param name="home">Where it will be.</param>
    /// <param name="say">Told what is being done.</param>
    public void Write(ConsortiumHome unfinished, ConsortiumHome home, Action<string> say, CancellationToken cancellationToken)
    {
        foreach ((PartyId id, PartyRole role, PrivateIdentity identity) in _parties)
        {
            say($"Keys of {id}");
            IdentityCommands.Write(unfinished.Of(id), role, identity, Passphrase.Draw(), keepPassphrase: true);
            cancellationToken.ThrowIfCancellationRequested();
        }

        unfinished.WriteFile(_file);
        PrivateIdentity sessionOperator = _parties.Single(party => party.Role == PartyRole.Operator).Identity;
        DurableFile.WriteNew(unfinished.SignatureFile, ConfigurationSignature.Create(Configuration, sessionOperator).ToJson());
        BrokerFiles.Write(unfinished, Configuration, replace: false);
        WritePrivateBroker(unfinished, home);
        WriteSettings(unfinished, home);
        say($"{_plan.Payments:N0} payments over {_plan.Days} days");
        WritePayments(unfinished, cancellationToken);
    }

    public void Dispose()
    {
        foreach ((_, _, PrivateIdentity identity) in _parties)
        {
            identity.Dispose();
        }
    }

    private static (PartyId, PartyRole, PrivateIdentity) Party(string name, PartyRole role) =>
        (new PartyId(name), role, PrivateIdentity.Generate(name));

    /// <summary>a to z, then aa, ab and so on.</summary>
    private static string Letters(int number) =>
        (number < 26 ? string.Empty : Letters((number / 26) - 1)) + (char)('a' + (number % 26));

    private IEnumerable<ConsortiumFile.PartyEntry> Entries(PartyRole role) => _parties.Where(party => party.Role == role)
        .Select(party => new ConsortiumFile.PartyEntry(party.Id.Name, Convert.ToBase64String(party.Identity.Public.Encode())));

    /// <summary>
    /// For a RabbitMQ that anybody may start from this folder, with its files in it and the loopback as its only address.
    /// </summary>
    private void WritePrivateBroker(ConsortiumHome unfinished, ConsortiumHome home)
    {
        string written = Path.Combine(unfinished.Path, "broker"), folder = Path.Combine(home.Path, "broker");
        int port = Configuration.Transport.Port;
        DurableFile.CreateOwnersFolder(written);
        DurableFile.WriteNew(Path.Combine(written, "enabled_plugins"), "[]."u8);
        DurableFile.WriteNew(Path.Combine(written, "rabbitmq.conf"), Encoding.UTF8.GetBytes(
            BrokerDefinitions.ToBrokerConfiguration(home.DefinitionsFile, BrokerFiles.LimitsFor(Configuration))
            + $"""
            listeners.tcp.default = 127.0.0.1:{port}
            log.file = {Path.Combine(folder, "rabbit.log")}
            log.console = false
            disk_free_limit.absolute = 50MB
            vm_memory_high_watermark.absolute = 1GB

            """));
        DurableFile.WriteNew(Path.Combine(written, "broker.env"), Encoding.UTF8.GetBytes(ShellSettings.Write(
        [
            ("HOME", folder),
            ("RABBITMQ_NODENAME", $"consortium-{port}@localhost"),
            ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
            ("RABBITMQ_CONFIG_FILE", Path.Combine(folder, "rabbitmq.conf")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(folder, "enabled_plugins")),
            ("RABBITMQ_MNESIA_BASE", Path.Combine(folder, "data")),
            ("RABBITMQ_LOG_BASE", folder),
            ("RABBITMQ_PID_FILE", Path.Combine(folder, "pid")),
            ("RABBITMQ_DIST_PORT", Text(port > 45_535 ? port - 20_000 : port + 20_000)),
        ])));
    }

    private void WriteSettings(ConsortiumHome unfinished, ConsortiumHome home)
    {
        int port = _plan.HealthPort;
        foreach (PartyId daemon in Daemons)
        {
            PartyHome party = home.Of(daemon);
            var settings = new List<(string, string)>
            {
                ("Consortium__Configuration", home.ConfigurationFile),
                ("Consortium__Digest", Configuration.Digest.ToString()),
                ("Consortium__Identity", party.IdentityFile),
                ("Consortium__PassphraseFile", party.PassphraseFile),
                ("Consortium__BrokerPasswordFile", party.BrokerPasswordFile),
                ("Consortium__Data", party.StateFolder),
                ("Consortium__Health", $"127.0.0.1:{Text(port++)}"),
            };
            if (Configuration.Find(daemon)!.Role == PartyRole.Participant)
            {
                settings.AddRange([("Consortium__Policy", party.PolicyFile), ("Consortium__Payments", party.PaymentsFolder)]);
            }

            DurableFile.WriteNew(unfinished.Of(daemon).SettingsFile, Encoding.UTF8.GetBytes(ShellSettings.Write(settings)));
        }
    }

    /// <summary>Each bank's view in its own folder, with banks named as they are in the consortium.</summary>
    private void WritePayments(ConsortiumHome unfinished, CancellationToken cancellationToken)
    {
        PaymentSet payments = Simulator.Run(new SimulationPlan
        {
            Banks = _plan.Banks,
            Accounts = SimulateCommand.AccountsFor(_plan.Banks, _plan.Payments),
            Days = _plan.Days,
            Payments = _plan.Payments,
            LaunderingRate = LaunderingRate,
            Seed = _plan.Seed,
        }).Set;
        cancellationToken.ThrowIfCancellationRequested();
        ImmutableArray<Member> banks = Configuration.Participants;
        AccountTable renamed = Renamed(payments.Accounts, banks);
        IReadOnlyList<BankView> views = BankView.Split(payments);
        for (int i = 0; i < views.Count; i++)
        {
            string folder = unfinished.Of(banks[i].Id).PaymentsFolder;
            Directory.CreateDirectory(folder);
            using var writer = new PaymentWriter(Path.Combine(folder, "0001.csv"), renamed);
            writer.Write(views[i].Payments);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The same accounts under the same indexes, at banks of other names.</summary>
    private static AccountTable Renamed(AccountTable accounts, ImmutableArray<Member> banks)
    {
        var renamed = new AccountTable();
        for (int i = 0; i < accounts.Count; i++)
        {
            var account = new AccountId(i);
            renamed.Intern(new BankId(banks[accounts.BankIndexOf(account)].Id.Name), accounts.NumberOf(account));
        }

        return renamed;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
