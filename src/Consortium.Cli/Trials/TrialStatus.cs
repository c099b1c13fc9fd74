namespace Consortium.Cli.Trials;

/// <summary>A process of a trial as <c>trial status</c> prints it.</summary>
internal sealed record TrialStatus(string Name, int Pid, bool IsRunning, bool IsReady, string Log, Uri? Ready);
