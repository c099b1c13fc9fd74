namespace Consortium.Cli.Checkup;

/// <summary>What one check found.</summary>
/// <param name="Party">Whose it is; empty where it is everybody's.</param>
/// <param name="Area">Keys, configuration, broker and so on.</param>
/// <param name="What">What was looked at and how it stands.</param>
/// <param name="Fix">What to do, where something is wrong.</param>
internal sealed record Finding(string Party, string Area, Outcome Outcome, string What, string? Fix)
{
    public static Finding Good(string party, string area, string what) => new(party, area, Outcome.Good, what, null);

    public static Finding Note(string party, string area, string what) => new(party, area, Outcome.Note, what, null);

    public static Finding Wrong(string party, string area, string what, string fix) => new(party, area, Outcome.Wrong, what, fix);
}
