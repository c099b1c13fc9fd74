using Consortium.Cli.CommandLine;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Enrolment;

/// <summary>A consortium's folder: where everything lies in it, as docker-compose.yml expects it too.</summary>
internal sealed class ConsortiumHome(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string ConfigurationFile => System.IO.Path.Combine(Path, "consortium.json");

    /// <summary>The operator's signature of the configuration's digest, which goes round with it.</summary>
    public string SignatureFile => System.IO.Path.Combine(Path, "consortium.signature.json");

    public string BrokerConfigurationFile => System.IO.Path.Combine(Path, "rabbitmq.conf");

    public string DefinitionsFile => System.IO.Path.Combine(Path, "definitions.json");

    /// <summary>Parties whose identity file is here, in order of name.</summary>
    public IReadOnlyList<PartyHome> Residents =>
        !Directory.Exists(Path) ? [] :
        [
            .. Directory.EnumerateDirectories(Path).Select(
                folder => System.IO.Path.GetFileName(folder)).Where(name => PartyId.IsValid(name))
                .Order(StringComparer.Ordinal).Select(name => Of(new PartyId(name))).Where(
                    party => File.Exists(party.IdentityFile)),
        ];

    public PartyHome Of(PartyId party) => new(party, System.IO.Path.Combine(Path, party.Name));

    /// <summary>What <c>consortium.json</c> says so far, not checked: it may be half enrolled.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    /// <exception cref="InvalidConfigurationException">Not JSON, or not of this shape.</exception>
    public ConsortiumFile ReadFile() => ConsortiumFile.Parse(File.Exists(ConfigurationFile)
        ? File.ReadAllBytes(ConfigurationFile)
        : throw new CommandException(
            ExitCode.BadInput,
            $"There is no {ConfigurationFile}: name the consortium's folder with --folder, or begin one with "
                + $"`consortium init`."));

    /// <summary>As <see cref="ReadFile"/>, checked.</summary>
    public ConsortiumConfiguration ReadConfiguration() => ReadFile().ToConfiguration();

    public void WriteFile(ConsortiumFile file) => DurableFile.Replace(ConfigurationFile, [.. file.ToJson(), (byte)'\n']);
}
