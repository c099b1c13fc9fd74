using System.Collections.Immutable;

namespace Consortium.Protocol.Configuration;

/// <summary>A configuration or policy that cannot work, with everything that is wrong in it at once.</summary>
public sealed class InvalidConfigurationException(string file, ImmutableArray<Problem> problems)
    : Exception($"{file} cannot be used:{string.Concat(problems.Select(problem => $"{Environment.NewLine}  {problem}"))}")
{
    public ImmutableArray<Problem> Problems => problems;
}
