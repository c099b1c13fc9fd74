namespace Consortium.Protocol.Configuration;

/// <summary>
/// The largest of everything a decoder will read, from the configuration. Nothing is allocated in proportion to what bytes claim
/// before it is held against these.
/// </summary>
public sealed record MessageLimits
{
    public required int Participants { get; init; }

    public required int KeyHolders { get; init; }

    /// <summary>Ciphertext chunks in one update.</summary>
    public required int Chunks { get; init; }

    /// <summary>Bytes of one message that is not a chunk frame.</summary>
    public required int MessageBytes { get; init; }

    /// <summary>Bytes of one chunk frame, header and all.</summary>
    public required int FrameBytes { get; init; }

    /// <summary>Bytes of a plan's model description.</summary>
    public required int ModelBytes { get; init; }
}
