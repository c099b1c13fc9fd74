using System.Collections.Immutable;

namespace Consortium.Learning.Features;

/// <summary>Collects definitions in the order in which their values are written.</summary>
internal sealed class SchemaBuilder
{
    private readonly ImmutableArray<FeatureDefinition>.Builder _features = ImmutableArray.CreateBuilder<FeatureDefinition>();

    public FeatureGroup Group { get; set; }

    public void Add(string name, FeatureUnit unit, string description) =>
        _features.Add(new FeatureDefinition { Name = name, Group = Group, Unit = unit, Description = description });

    public FeatureSchema Build(int version) => new(version, _features.ToImmutable());
}
