using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Consortium.Cli.CommandLine;
using Consortium.Learning.Models;

namespace Consortium.Cli.Sessions;

/// <summary>
/// The choice of a model family, and the hyper-parameters of all families as options. Families that name one alike share its
/// option.
/// </summary>
internal sealed class FamilyOptions
{
    private readonly ImmutableArray<NamedOption> _options;

    public FamilyOptions()
    {
        Family = FamilyOption("--family");
        _options =
        [
            .. ModelFamilies.All
                .SelectMany(family => family.Hyperparameters.Select(parameter => (Family: family, Parameter: parameter)))
                .GroupBy(item => item.Parameter.Name)
                .Select(group => NamedOption.Of(group.Key, [.. group])),
        ];
    }

    public Option<string> Family { get; }

    public IEnumerable<Symbol> All => [Family, .. _options.Select(option => option.Symbol)];

    /// <summary>An option that takes a family's name; the first family unless given.</summary>
    public static Option<string> FamilyOption(string name)
    {
        var option = new Option<string>(name)
        {
            Description = "What to train",
            DefaultValueFactory = _ => ModelFamilies.All[0].Name,
        };
        option.AcceptOnlyFromAmong([.. ModelFamilies.All.Select(family => family.Name)]);
        return option;
    }

    public ModelFamily Chosen(ParseResult parsed) => ModelFamilies.Find(parsed.GetRequiredValue(Family))!;

    /// <param name="start">What holds where no option is given; the family's defaults unless given.</param>
    /// <exception cref="CommandException">An option was given that the family does not have.</exception>
    public FamilySettings Read(ParseResult parsed, FamilySettings? start = null)
    {
        ModelFamily family = Chosen(parsed);
        FamilySettings settings = start ?? family.Defaults;
        foreach (NamedOption option in _options)
        {
            if (option.Value(parsed) is double value)
            {
                Hyperparameter parameter = family.Hyperparameters.FirstOrDefault(known => known.Name == option.Name)
                    ?? throw new CommandException(
                        ExitCode.BadInput, $"{option.Symbol.Name} is no setting of the family '{family.Name}': leave it out.");
                settings = parameter.With(settings, value);
            }
        }

        return settings;
    }

    /// <param name="Value">What was given; null if nothing.</param>
    private sealed record NamedOption(string Name, Option Symbol, Func<ParseResult, double?> Value)
    {
        public static NamedOption Of(string name, IReadOnlyList<(ModelFamily Family, Hyperparameter Parameter)> uses)
        {
            string option = "--" + string.Concat(
                name.Select(letter => char.IsAsciiLetterUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{letter}"));
            string description = string.Join("; ", uses.Select(use => Describe(use.Family, use.Parameter)));
            if (uses[0].Parameter.Choices is { IsEmpty: false } choices)
            {
                var choice = new Option<string?>(option) { Description = description, HelpName = "NAME" };
                choice.AcceptOnlyFromAmong([.. choices.Values]);
                return new NamedOption(
                    name,
                    choice,
                    parsed => parsed.GetValue(choice) is { } given
                        ? (double?)choices.First(known => known.Value == given).Key
                        : null);
            }

            if (uses.All(use => use.Parameter.IsWhole))
            {
                var whole = new Option<int?>(option) { Description = description, HelpName = "N" };
                return new NamedOption(name, whole, parsed => parsed.GetValue(whole));
            }

            var number = new Option<double?>(option) { Description = description, HelpName = "NUMBER" };
            return new NamedOption(name, number, parsed => parsed.GetValue(number));
        }

        private static string Describe(ModelFamily family, Hyperparameter parameter) => string.Create(
            CultureInfo.InvariantCulture,
            $"{family.Name}: {parameter.Help}, {parameter.Range} (default: {parameter.ValueIn(family.Defaults)})");
    }
}
