using System.Globalization;

namespace Consortium.Learning.Payments.Swift;

/// <summary>What blocks 1 to 3 of a message say.</summary>
internal sealed record FinHeader
{
    private const int TerminalLength = 12;

    public static readonly FinHeader None = new();

    public bool HasBlocks { get; private init; }

    /// <summary>Such as <c>103</c>; empty where it is not said.</summary>
    public string Type { get; private init; } = "";

    /// <summary>The sending bank's BIC; empty where it is not said.</summary>
    public string Sender { get; private init; } = "";

    public string Receiver { get; private init; } = "";

    /// <summary>When the sender sent it, by its own clock; null where it is not said.</summary>
    public DateTime? Sent { get; private init; }

    /// <summary>The payment's unique end-to-end reference.</summary>
    public string Uetr { get; private init; } = "";

    /// <summary>Whether it is a network's acknowledgement of the message that follows.</summary>
    public bool IsAcknowledgement { get; private init; }

    /// <summary>Reads the blocks before the text. An acknowledgement's time holds for the message behind it.</summary>
    public static FinHeader Read(string blocks, FinHeader before)
    {
        string basic = Block(blocks, "{1:"), application = Block(blocks, "{2:"), user = Block(blocks, "{3:");
        string own = basic.Length >= 3 + TerminalLength ? BicOf(basic.AsSpan(3, TerminalLength)) : "";
        DateTime? acknowledged = before.IsAcknowledgement ? before.Sent : null;
        var header = new FinHeader
        {
            HasBlocks = true,
            IsAcknowledgement = basic.Length >= 3 && basic.AsSpan(1, 2) is "21",
            Type = application.Length >= 4 ? application[1..4] : "",
            Uetr = Block(user, "{121:"),
            Sent = acknowledged,
        };
        if (application.Length >= 4 + TerminalLength && application[0] == 'I')
        {
            return header with { Sender = own, Receiver = BicOf(application.AsSpan(4, TerminalLength)) };
        }

        const int clock = 4, day = 8, terminal = 14;
        return application.Length >= terminal + TerminalLength && application[0] == 'O'
            ? header with
            {
                Sender = BicOf(application.AsSpan(terminal, TerminalLength)),
                Receiver = own,
                Sent = TimeOf(string.Concat(application.AsSpan(day, 6), application.AsSpan(clock, 4))) ?? acknowledged,
            }
            : header;
    }

    /// <summary>Takes the time of an acknowledgement from its text.</summary>
    public FinHeader Acknowledge(string line) => this with { Sent = TimeOf(Block(line, "{177:")) };

    /// <summary>A terminal's address without the terminal: the BIC of eight characters, or with its branch.</summary>
    private static string BicOf(ReadOnlySpan<char> terminal) =>
        new(Bic.Shortest(string.Concat(terminal[..8], terminal[9..])));

    private static DateTime? TimeOf(string text) =>
        DateTime.TryParseExact("20" + text, "yyyyMMddHHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time)
            ? time
            : null;

    /// <summary>A block's content up to the brace that closes it; empty where there is none.</summary>
    private static string Block(string text, string start)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal);
        int depth = 1;
        for (int i = from + start.Length; from >= 0 && i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return text[(from + start.Length)..i];
            }
        }

        return "";
    }
}
