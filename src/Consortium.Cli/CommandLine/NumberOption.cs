using System.CommandLine;

namespace Consortium.Cli.CommandLine;

/// <summary>Options that take a whole number.</summary>
internal static class NumberOption
{
    /// <summary>An option whose value lies in a range; another is rejected with that range.</summary>
    public static Option<int> Create(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (
                result.Tokens.Count == 1
                    && int.TryParse(result.Tokens[0].Value, out int value) && (value < least || value > most))
            {
                result.AddError($"{name}: use {least} to {most}, not {value}.");
            }
        });
        return option;
    }
}
