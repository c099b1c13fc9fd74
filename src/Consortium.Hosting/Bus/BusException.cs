namespace Consortium.Hosting.Bus;

/// <summary>
/// The bus cannot do what was asked, and trying again will not help. The message says what the operator is to change.
/// </summary>
public sealed class BusException(string message, Exception? innerException = null) : Exception(message, innerException);
