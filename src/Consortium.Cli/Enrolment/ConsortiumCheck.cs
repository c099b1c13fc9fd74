using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Cli.Enrolment;

/// <summary>Whether a consortium's file can be worked with, and what everyone should compare before it is.</summary>
internal sealed record ConsortiumCheck
{
    public required string File { get; init; }

    public required string? Name { get; init; }

    /// <summary>Nothing is wrong. A file that nobody signed yet can hold; <see cref="Signature"/> says so.</summary>
    public bool Holds => Problems.IsEmpty;

    public required ImmutableArray<Problem> Problems { get; init; }

    public required ImmutableArray<Enrolled> Members { get; init; }

    /// <summary>What every daemon should be told in <c>Consortium__Digest</c>; null while the file is wrong.</summary>
    public string? Digest { get; init; }

    public CommitteeStrength? Survives { get; init; }

    /// <summary><c>none</c>, <c>valid</c> or <c>wrong</c>.</summary>
    public required string Signature { get; init; }

    /// <param name="agreed">The digest that the members agreed on, if they did.</param>
    /// <exception cref="InvalidConfigurationException">A file is not JSON, or not of its shape.</exception>
    public static ConsortiumCheck Of(ConsortiumHome home, string? agreed)
    {
        ConsortiumFile file = home.ReadFile();
        ConfigurationSignature? signature = ConfigurationSignature.Find(home);
        ConsortiumConfiguration? configuration = null;
        var problems = ImmutableArray.CreateBuilder<Problem>();
        try
        {
            configuration = file.ToConfiguration();
        }
        catch (InvalidConfigurationException exception)
        {
            problems.AddRange(exception.Problems);
        }

        string? digest = configuration?.Digest.ToString();
        if (digest is not null && agreed is not null && digest != agreed)
        {
            problems.Add(
                new Problem(
                    "$", $"Its digest is {digest}, not the agreed {agreed}. Get the file that was agreed on, or agree anew."));
        }

        string? objection = configuration is null ? null : signature?.Objection(configuration);
        if (objection is not null)
        {
            problems.Add(new Problem(Path.GetFileName(home.SignatureFile), objection));
        }

        return new ConsortiumCheck
        {
            File = home.ConfigurationFile,
            Name = file.Name,
            Problems = problems.ToImmutable(),
            Members = Enrolled.In(file),
            Digest = digest,
            Survives = configuration is null ? null : new CommitteeStrength(
                configuration.KeyHolders.Length, configuration.Threshold),
            Signature = signature is null ? "none" : configuration is not null && objection is null ? "valid" : "wrong",
        };
    }
}
