using System.Numerics;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>
/// Honest payments in laundering's own shapes, drawn exactly as attempts are: what keeps a model, and its author, from taking a
/// shape for a crime. Only the members differ: any account, and none from the complicit few.
/// </summary>
internal sealed class HonestStructures
{
    private const int DaysBetween = 30;

    private readonly AttemptCalendar _calendar;

    /// <param name="attempts">Laundering attempts, to which the plan's number of structures relates.</param>
    public HonestStructures(SimulationPlan plan, Population population, int attempts)
    {
        _calendar = new AttemptCalendar(plan, population);
        var random = new SeededRandom(plan.Seed, Purpose.HonestStructures);
        var shapes = new AttemptShapes(population, new AttemptMembers(population, reuseShare: 0, ref random));
        Typology[] kinds = [.. Kinds(plan.HonestShapes)];
        long count = (long)Math.Round(attempts * plan.HonestStructures);
        for (long made = 0, turn = 0; made < count; turn++)
        {
            Attempt structure = shapes.Draw(kinds[turn % kinds.Length], ref random);
            bool recurs = random.Chance(plan.RecurringShare);
            int day = _calendar.Place(structure, PlannedPayment.NoAttempt, PaymentOrigin.HonestStructure, ref random);
            made += day >= 0 ? 1 : 0;
            for (int next = day + DaysBetween; recurs && day >= 0 && made < count; next += DaysBetween)
            {
                if (!_calendar.Place(structure, next, PlannedPayment.NoAttempt, PaymentOrigin.HonestStructure, ref random))
                {
                    break;
                }

                made++;
            }
        }

        _calendar.Close();
    }

    /// <summary>Adds the day's payments to <paramref name="destination"/>. Days must be asked for in order.</summary>
    public void AddDay(int day, List<PlannedPayment> destination) => _calendar.AddDay(day, destination);

    private static IEnumerable<Typology> Kinds(HonestShapes shapes)
    {
        for (uint rest = (uint)shapes; rest != 0; rest &= rest - 1)
        {
            yield return (HonestShapes)(1u << BitOperations.TrailingZeroCount(rest)) switch
            {
                HonestShapes.Cycles => Typology.Cycle,
                HonestShapes.Chains => Typology.Random,
                HonestShapes.ScatterGather => Typology.ScatterGather,
                HonestShapes.GatherScatter => Typology.GatherScatter,
                _ => Typology.Stack,
            };
        }
    }
}
