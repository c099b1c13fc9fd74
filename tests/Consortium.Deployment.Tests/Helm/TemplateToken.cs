namespace Consortium.Deployment.Tests.Helm;

/// <summary>Text between actions, or what stands within the braces of one.</summary>
internal sealed record TemplateToken(bool IsAction, string Text)
{
    /// <summary>Splits a template, and drops the white space that <c>{{-</c> and <c>-}}</c> ask to drop.</summary>
    public static IReadOnlyList<TemplateToken> Split(string template)
    {
        var tokens = new List<TemplateToken>();
        bool trims = false;
        for (int at = 0; at < template.Length;)
        {
            int open = template.IndexOf("{{", at, StringComparison.Ordinal);
            string text = template[at..(open < 0 ? template.Length : open)];
            text = trims ? text.TrimStart() : text;
            if (open < 0)
            {
                tokens.Add(new TemplateToken(false, text));
                break;
            }

            int close = template.IndexOf("}}", open, StringComparison.Ordinal);
            string inner = template[(open + 2)..close];
            if (inner.StartsWith("- ", StringComparison.Ordinal) || inner.StartsWith("-/*", StringComparison.Ordinal))
            {
                text = text.TrimEnd();
                inner = inner[1..];
            }

            trims = inner.EndsWith(" -", StringComparison.Ordinal) || inner.EndsWith("*/-", StringComparison.Ordinal);
            tokens.Add(new TemplateToken(false, text));
            tokens.Add(new TemplateToken(true, (trims ? inner[..^1] : inner).Trim()));
            at = close + 2;
        }

        return
        [
            .. tokens.Where(token => token.IsAction ? !token.Text.StartsWith("/*", StringComparison.Ordinal) : token.Text != ""),
        ];
    }
}
