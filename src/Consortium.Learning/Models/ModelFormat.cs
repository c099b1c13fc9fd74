using Consortium.Learning.Features;

namespace Consortium.Learning.Models;

/// <summary>A format of other software.</summary>
/// <param name="Name">As the command line names it: lower-case ASCII.</param>
/// <param name="Title">As people name it.</param>
/// <param name="Write">
/// Writes a model of the family whose format this is. The schema, which is the model's, names the columns.
/// </param>
public sealed record ModelFormat(string Name, string Title, Func<Model, FeatureSchema, byte[]> Write)
{
    /// <summary>Whether the format names the columns: only a model that was trained on the given schema can be written.</summary>
    public bool NamesColumns { get; init; }
}
