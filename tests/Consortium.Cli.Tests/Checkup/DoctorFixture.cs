using Consortium.Cli.Tests.CommandLine;
using Consortium.Cli.Tests.Enrolment;
using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Testing;

namespace Consortium.Cli.Tests.Checkup;

/// <summary>A trial consortium and a broker loaded for it.</summary>
public sealed class DoctorFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RabbitMqBroker? _broker;

    public string Home => _folder["home"];

    public int Port { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await EnrolledConsortium.Done("init", "--folder", Home, "--trial", "--payments", "1000", "--days", "7", "--banks", "3");
        ConsortiumConfiguration configuration = ConsortiumFile.Parse(
            File.ReadAllBytes(Path.Combine(Home, "consortium.json"))).ToConfiguration();
        _broker = await RabbitMqBroker.StartAsync(
            BusTopology.Star(configuration.Aggregator.Id, [.. Members(configuration).Select(member => member.Id)]));
        Port = _broker.AddressOf(configuration.Aggregator.Id).Port;
        foreach (Member member in Members(configuration).Append(configuration.Aggregator))
        {
            // keeps its mode
            File.WriteAllText(
                Path.Combine(Home, member.Id.Name, "broker-password"), _broker.AddressOf(member.Id).Password + "\n");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>A copy to spoil, with modes kept.</summary>
    internal TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        Copy(Home, copy.Path);
        return copy;
    }

    private static IEnumerable<Member> Members(ConsortiumConfiguration configuration) =>
        [.. configuration.Participants, .. configuration.KeyHolders, configuration.Operator];

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (string folder in Directory.EnumerateDirectories(from))
        {
            string target = Path.Combine(to, Path.GetFileName(folder));
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(target);
            }
            else
            {
                Directory.CreateDirectory(target, File.GetUnixFileMode(folder));
            }

            Copy(folder, target);
        }
    }
}
