using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace Consortium.Deployment.Tests.Helm;

/// <summary>
/// A chart, rendered as Helm renders it, as far as this repository's charts go: an action or function beyond that fails.
/// </summary>
internal sealed partial class Chart
{
    private static readonly ISerializer Writer = new SerializerBuilder().WithQuotingNecessaryStrings().Build();

    private readonly string _folder;
    private readonly Dictionary<string, IReadOnlyList<TemplateNode>> _defined = [];
    private readonly List<IReadOnlyList<TemplateNode>> _manifests = [];

    public Chart(string folder)
    {
        _folder = folder;
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "templates").Order(StringComparer.Ordinal))
        {
            var tokens = new Queue<TemplateToken>(TemplateToken.Split(File.ReadAllText(file)));
            IReadOnlyList<TemplateNode> nodes = ParseUntil(tokens, out _);
            foreach (TemplateNode.Define define in nodes.OfType<TemplateNode.Define>())
            {
                _defined.Add(define.Name, define.Body);
            }

            if (file.EndsWith(".yaml", StringComparison.Ordinal))
            {
                _manifests.Add(nodes);
            }
        }
    }

    public static object? ReadYaml(string path) => new DeserializerBuilder()
        .WithAttemptingUnquotedStringTypeDeserialization().Build()
        .Deserialize<object?>(File.ReadAllText(path));

    public string Render(object? values)
    {
        var chart = (Dictionary<object, object?>)ReadYaml(Path.Combine(_folder, "Chart.yaml"))!;
        var root = new Dictionary<object, object?>
        {
            ["Values"] = values,
            ["Chart"] = new Dictionary<object, object?>
            {
                ["Name"] = chart["name"],
                ["AppVersion"] = Convert.ToString(chart["appVersion"], CultureInfo.InvariantCulture),
            },
            ["Release"] = new Dictionary<object, object?> { ["Name"] = "test", ["Service"] = "Helm" },
        };
        var text = new StringBuilder();
        foreach (IReadOnlyList<TemplateNode> manifest in _manifests)
        {
            Execute(manifest, root, new Dictionary<string, object?> { ["$"] = root }, text);
        }

        return text.ToString();
    }

    private static IReadOnlyList<TemplateNode> ParseUntil(Queue<TemplateToken> tokens, out string? end)
    {
        var nodes = new List<TemplateNode>();
        while (tokens.TryDequeue(out TemplateToken? token))
        {
            string[] words = token.Text.Split(' ', 2);
            if (!token.IsAction)
            {
                nodes.Add(new TemplateNode.Text(token.Text));
            }
            else if (words[0] is "end" or "else")
            {
                end = token.Text;
                return nodes;
            }
            else
            {
                nodes.Add(words[0] switch
                {
                    "if" or "with" => ParseBranch(words[0], words[1], tokens),
                    "range" => ParseRange(words[1], tokens),
                    "define" => new TemplateNode.Define(words[1].Trim('"'), ParseUntil(tokens, out _)),
                    _ => ParseAction(token.Text),
                });
            }
        }

        end = null;
        return nodes;
    }

    private static TemplateNode.Branch ParseBranch(string kind, string condition, Queue<TemplateToken> tokens)
    {
        IReadOnlyList<TemplateNode> then = ParseUntil(tokens, out string? end), otherwise = [];
        if (end == "else")
        {
            otherwise = ParseUntil(tokens, out _);
        }
        else if (end?.StartsWith("else if ", StringComparison.Ordinal) == true)
        {
            otherwise = [ParseBranch("if", end["else if ".Length..], tokens)];
        }

        return new TemplateNode.Branch(TemplateExpression.Parse(condition), kind == "with", then, otherwise);
    }

    private static TemplateNode.Range ParseRange(string text, Queue<TemplateToken> tokens)
    {
        Match over = Pair().Match(text);
        return new TemplateNode.Range(
            over.Groups[1].Value, over.Groups[2].Value, TemplateExpression.Parse(over.Groups[3].Value),
            ParseUntil(tokens, out _));
    }

    private static TemplateNode.Action ParseAction(string text)
    {
        Match assignment = Assignment().Match(text);
        return assignment.Success
            ? new TemplateNode.Action(assignment.Groups[1].Value, TemplateExpression.Parse(assignment.Groups[2].Value))
            : new TemplateNode.Action(null, TemplateExpression.Parse(text));
    }

    private void Execute(
        IReadOnlyList<TemplateNode> nodes, object? dot, Dictionary<string, object?> variables, StringBuilder text)
    {
        var own = new Dictionary<string, object?>(variables);
        foreach (TemplateNode node in nodes)
        {
            switch (node)
            {
                case TemplateNode.Text(var value):
                    text.Append(value);
                    break;
                case TemplateNode.Action({ } variable, var expression):
                    own[variable] = Evaluate(expression, dot, own);
                    break;
                case TemplateNode.Action(null, var expression):
                    text.Append(Print(Evaluate(expression, dot, own)));
                    break;
                case TemplateNode.Branch(var condition, var rebinds, var then, var otherwise):
                    object? found = Evaluate(condition, dot, own);
                    Execute(IsTrue(found) ? then : otherwise, IsTrue(found) && rebinds ? found : dot, own, text);
                    break;
                case TemplateNode.Range(var key, var name, var over, var body):
                    foreach ((object at, object? item) in ((Dictionary<object, object?>)Evaluate(over, dot, own)!)
                        .OrderBy(pair => (string)pair.Key, StringComparer.Ordinal))
                    {
                        Execute(body, item, new Dictionary<string, object?>(own) { [key] = at, [name] = item }, text);
                    }

                    break;
            }
        }
    }

    private object? Evaluate(TemplateExpression expression, object? dot, Dictionary<string, object?> variables) =>
        expression switch
        {
            TemplateExpression.Literal(var value) => value,
            TemplateExpression.Path(var variable, var names) => names.Aggregate(
                variable is null ? dot : variables[variable],
                static (value, name) => value is Dictionary<object, object?> map ? map.GetValueOrDefault(name) : null),
            TemplateExpression.Call(var function, var arguments) => CallFunction(
                function, [.. arguments.Select(argument => Evaluate(argument, dot, variables))]),
            _ => throw new InvalidOperationException(),
        };

    private object? CallFunction(string function, object?[] given) => function switch
    {
        "include" => Include((string)given[0]!, given[1]),
        "dict" => Enumerable.Range(0, given.Length / 2).ToDictionary(i => given[2 * i]!, i => given[(2 * i) + 1]),
        "toYaml" => Writer.Serialize(given[0]!).TrimEnd('\n'),
        "nindent" => "\n" + Indent(Convert.ToInt32(given[0], CultureInfo.InvariantCulture), Print(given[1])),
        "quote" => $"\"{Print(given[0]).Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        "default" => IsTrue(given[1]) ? given[1] : given[0],
        "printf" => given[1..].Aggregate((string)given[0]!, static (format, value) => Verb().Replace(format, Print(value), 1)),
        "eq" => Print(given[0]) == Print(given[1]),
        "ne" => Print(given[0]) != Print(given[1]),
        "trunc" => Print(given[1]) is var whole && Convert.ToInt32(given[0], CultureInfo.InvariantCulture) is var most
            && whole.Length > most ? whole[..most] : Print(given[1]),
        "trimSuffix" => Print(given[1]) is var suffixed && suffixed.EndsWith((string)given[0]!, StringComparison.Ordinal)
            ? suffixed[..^((string)given[0]!).Length]
            : Print(given[1]),
        _ => throw new NotSupportedException($"The charts' tests know no function {function}."),
    };

    private string Include(string name, object? dot)
    {
        var text = new StringBuilder();
        Execute(_defined[name], dot, new Dictionary<string, object?> { ["$"] = dot }, text);
        return text.ToString();
    }

    private static string Indent(int spaces, string text) =>
        string.Join('\n', text.Split('\n').Select(line => new string(' ', spaces) + line));

    private static bool IsTrue(object? value) => value switch
    {
        null or false or "" => false,
        Dictionary<object, object?> map => map.Count > 0,
        List<object> list => list.Count > 0,
        IConvertible number when value is not (string or bool) => number.ToDouble(CultureInfo.InvariantCulture) != 0,
        _ => true,
    };

    private static string Print(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    [GeneratedRegex(@"^(\$\w+), (\$\w+) := (.+)$")]
    private static partial Regex Pair();

    [GeneratedRegex(@"^(\$\w+) := (.+)$")]
    private static partial Regex Assignment();

    [GeneratedRegex("%[sv]")]
    private static partial Regex Verb();
}
