namespace Consortium.Cli.Reporting;

/// <summary>What a kind of party held during training.</summary>
/// <param name="BytesSent">By all of its kind.</param>
internal sealed record PartyView(string Role, int Count, string Saw, string CouldNotSee, long BytesSent, long BytesReceived);
