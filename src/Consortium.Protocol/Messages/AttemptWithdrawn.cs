namespace Consortium.Protocol.Messages;

/// <summary>
/// A key holder has not released for this attempt and never will. T of these prove that its sum can never be opened.
/// </summary>
public sealed record AttemptWithdrawn : IStatement<AttemptWithdrawn>
{
    public static MessageType Type => MessageType.AttemptWithdrawn;

    public static string Label => "consortium/1/attempt-withdrawn";

    public static PartyRole Signer => PartyRole.KeyHolder;

    public required AttemptId Attempt { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;


    public static AttemptWithdrawn Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
    }
}
