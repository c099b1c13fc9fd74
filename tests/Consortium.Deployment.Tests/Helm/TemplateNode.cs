namespace Consortium.Deployment.Tests.Helm;

/// <summary>A template's parts.</summary>
internal abstract record TemplateNode
{
    private TemplateNode()
    {
    }

    internal sealed record Text(string Value) : TemplateNode;

    /// <summary>A pipeline whose value is printed, or assigned to a variable.</summary>
    internal sealed record Action(string? Variable, TemplateExpression Value) : TemplateNode;

    /// <param name="Rebinds">Whether the dot within is the condition's value, as <c>with</c> has it.</param>
    internal sealed record Branch(
        TemplateExpression Condition, bool Rebinds, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else)
        : TemplateNode;

    internal sealed record Range(string Key, string Value, TemplateExpression Over, IReadOnlyList<TemplateNode> Body)
        : TemplateNode;

    internal sealed record Define(string Name, IReadOnlyList<TemplateNode> Body) : TemplateNode;
}
