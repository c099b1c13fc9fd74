using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;

namespace Consortium.Benchmarks.Learning.Poisoning;

/// <summary>
/// What a dishonest bank does in a session: with its labels before it, and with its contribution in each round.
/// </summary>
/// <param name="Name">Begins its figures' names.</param>
/// <param name="Labels">Given each row's true label and a number in [0, 1) of its own.</param>
/// <param name="Bend">
/// Changes the bank's honest contribution in place, each entry staying within the request. It is given the other banks' sum,
/// which no bank has: an attacker can only know less.
/// </param>
internal sealed record Attack(
    string Name, Func<Label, double, Label>? Labels = null, Action<TrainingState, long[], long[]>? Bend = null)
{
    public static Attack None { get; } = new("clean");

    /// <summary>Labels are cheap lies: any bank can tell them, and nobody can see them.</summary>
    public static IReadOnlyList<Attack> ByLabels { get; } =
    [
        new("hide_half", (label, draw) => label == Label.Laundering && draw < 0.5 ? Label.Legitimate : label),
        new("hide_all", (_, _) => Label.Legitimate),
        new("accuse_1_percent", (label, draw) => label == Label.Laundering || draw < 0.01 ? Label.Laundering : Label.Legitimate),
        new("swap", (label, draw) => label == Label.Laundering
            ? Label.Legitimate
            : draw < 0.01 ? Label.Laundering : Label.Legitimate),
        new("swap_5_percent", (label, draw) => label == Label.Laundering
            ? Label.Legitimate
            : draw < 0.05 ? Label.Laundering : Label.Legitimate),
    ];

    /// <summary>
    /// Extremes cost nothing to find. What is turned against the others' sum needs to know it: at worst, as here, exactly. Times
    /// -2 it turns every leaf around, times -1 it leaves no signal, times -0.5 half of it.
    /// </summary>
    public static IReadOnlyList<Attack> ByNumbers { get; } =
    [
        new("all_max", Bend: static (state, own, _) => own.AsSpan().Fill(state.Request!.Value.Levels - 1)),
        new("random_extremes", Bend: RandomExtremes),
        new("invert", Bend: (state, own, others) => Against(state, own, others, 2, 0)),
        new("invert_last_quarter", Bend: (state, own, others) => Against(state, own, others, 2, 0.75)),
        new("cancel", Bend: (state, own, others) => Against(state, own, others, 1, 0)),
        new("dampen", Bend: (state, own, others) => Against(state, own, others, 0.5, 0)),
    ];

    public static IReadOnlyList<Attack> OnLogistic { get; } =
        [.. ByLabels.Concat(ByNumbers).Where(
            attack => attack.Name is "hide_all" or "swap_5_percent" or "all_max" or "invert" or "dampen")];

    private static void RandomExtremes(TrainingState state, long[] own, long[] others)
    {
        ulong draw = (ulong)state.Round;
        for (int i = 0; i < own.Length; i++)
        {
            draw = SeededChoice.Mix(draw);
            own[i] = draw % 2 == 0 ? 0 : state.Request!.Value.Levels - 1;
        }
    }

    /// <summary>
    /// Boosting's gradients, and logistic regression's, times minus <paramref name="factor"/>, from a part of the training on.
    /// </summary>
    private static void Against(TrainingState state, long[] own, long[] others, double factor, double from)
    {
        switch (state)
        {
            case BoostingState boosting when boosting.Trees.Length >= from * boosting.Frame.Settings.Trees:
                int histograms = boosting.AskedNodes * boosting.NodeLength;
                for (int i = 0; i < histograms; i += 2)
                {
                    own[i] = Turned(others[i], boosting.Frame.GradientOffset);
                }

                break;
            case NewtonState newton when newton.Round >= from * newton.Settings.Steps:
                for (int i = 0; i < newton.Weights.Length; i++)
                {
                    own[i] = Turned(others[i], newton.Offset);
                }

                break;
        }

        long Turned(long sum, long offset) => Math.Clamp(
            offset - (long)(factor * (sum - ((PoisoningFigures.Banks - 1) * offset))), 0, state.Request!.Value.Levels - 1);
    }
}
