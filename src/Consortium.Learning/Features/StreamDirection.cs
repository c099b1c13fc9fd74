namespace Consortium.Learning.Features;

/// <summary>How sentences speak of one stream of one account.</summary>
/// <param name="Name">Prefix of its columns.</param>
/// <param name="Role">"sender" or "receiver".</param>
/// <param name="Verb">"paid" or "was paid".</param>
/// <param name="By">What comes between verb and counterparties.</param>
/// <param name="IsMain">Whether this payment will itself be of the stream.</param>
internal sealed record StreamDirection(string Name, string Role, string Verb, string By, bool IsMain)
{
    public static StreamDirection SenderOut { get; } = new("sender_out", "sender", "paid", "", true);

    public static StreamDirection SenderIn { get; } = new("sender_in", "sender", "was paid", "by ", false);

    public static StreamDirection ReceiverOut { get; } = new("receiver_out", "receiver", "paid", "", false);

    public static StreamDirection ReceiverIn { get; } = new("receiver_in", "receiver", "was paid", "by ", true);
}
