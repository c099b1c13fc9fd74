namespace Consortium.Operator.Client;

/// <summary>Programs on another folder or machine read the operator's queue.</summary>
public sealed class QueueTakenException(string folder, int readers) : Exception(
    $"The operator's queue is being read from another folder or machine ({readers} "
        + $"{(readers == 1 ? "reader" : "readers")}), so each would receive only a part.")
{
    /// <summary>The folder that may not be used beside the other one.</summary>
    public string Folder => folder;

    public int Readers => readers;
}
