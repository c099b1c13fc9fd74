using System.Globalization;
using System.Text.RegularExpressions;

namespace Consortium.Deployment.Tests.Helm;

/// <summary>
/// A value, a path into one, or a function's call; a pipeline is calls whose last argument is the value before.
/// </summary>
internal abstract partial record TemplateExpression
{
    private TemplateExpression()
    {
    }

    internal sealed record Literal(object? Value) : TemplateExpression;

    /// <param name="Variable">The variable that the path begins at; null begins at the dot.</param>
    internal sealed record Path(string? Variable, string[] Names) : TemplateExpression;

    internal sealed record Call(string Function, IReadOnlyList<TemplateExpression> Arguments) : TemplateExpression;

    public static TemplateExpression Parse(string text)
    {
        var words = new Queue<string>(Word().Matches(text).Select(match => match.Value).Where(word => word.Trim() != ""));
        TemplateExpression expression = ParsePipeline(words);
        return words.Count == 0 ? expression : throw new FormatException($"'{text}' goes on with '{words.Peek()}'.");
    }

    private static TemplateExpression ParsePipeline(Queue<string> words)
    {
        TemplateExpression value = ParseCommand(words, null);
        while (words.TryPeek(out string? next) && next == "|")
        {
            words.Dequeue();
            value = ParseCommand(words, value);
        }

        return value;
    }

    private static TemplateExpression ParseCommand(Queue<string> words, TemplateExpression? piped)
    {
        string first = words.Peek();
        bool isCall = char.IsAsciiLetter(first[0]) && first is not ("true" or "false" or "nil");
        if (!isCall)
        {
            return piped is null ? ParseTerm(words) : throw new FormatException($"'{first}' takes no piped value.");
        }

        words.Dequeue();
        var arguments = new List<TemplateExpression>();
        while (words.TryPeek(out string? next) && next is not ("|" or ")"))
        {
            arguments.Add(ParseTerm(words));
        }

        return new Call(first, piped is null ? arguments : [.. arguments, piped]);
    }

    private static TemplateExpression ParseTerm(Queue<string> words)
    {
        string word = words.Dequeue();
        switch (word[0])
        {
            case '(':
                TemplateExpression inner = ParsePipeline(words);
                return words.Dequeue() == ")" ? inner : throw new FormatException("A bracket is not closed.");
            case '"':
                return new Literal(word[1..^1]);
            case '$':
                string[] names = word.Split('.');
                return new Path(names[0], names[1..]);
            case '.':
                return new Path(null, word.Split('.', StringSplitOptions.RemoveEmptyEntries));
            default:
                return word switch
                {
                    "true" => new Literal(true),
                    "false" => new Literal(false),
                    _ => new Literal(long.Parse(word, CultureInfo.InvariantCulture)),
                };
        }
    }

    [GeneratedRegex("""\"[^"]*\"|\(|\)|\||[^\s()|]+""")]
    private static partial Regex Word();
}
