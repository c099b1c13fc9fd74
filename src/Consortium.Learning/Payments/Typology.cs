namespace Consortium.Learning.Payments;

/// <summary>The eight shapes in which AMLworld launders money.</summary>
public enum Typology : byte
{
    /// <summary>One account pays many.</summary>
    FanOut,

    /// <summary>Many accounts pay one.</summary>
    FanIn,

    /// <summary>Money goes round and returns to where it started.</summary>
    Cycle,

    /// <summary>A random walk that does not return to its start.</summary>
    Random,

    /// <summary>A set of accounts pays another set.</summary>
    Bipartite,

    /// <summary>Bipartite with a layer more, each layer after the one before.</summary>
    Stack,

    /// <summary>One account pays a set, which pays one other account.</summary>
    ScatterGather,

    /// <summary>Many accounts pay one, which then pays many others.</summary>
    GatherScatter,
}
