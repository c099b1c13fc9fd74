namespace Consortium.Learning.Simulation;

/// <summary>Draws the accounts of an attempt: all different, each one's bank independently of the others'.</summary>
/// <remarks>
/// By the plan's share members come from a small complicit part of each bank's customers, so that a launderer is met more than
/// once.
/// </remarks>
internal sealed class AttemptMembers
{
    private const double ComplicitShare = 0.008;
    private const int LeastComplicit = 2;
    private const int SimilarityTries = 12;

    private readonly Population _population;
    private readonly double _reuseShare;
    private readonly int[][] _complicit;
    private readonly HashSet<int> _taken = [];

    /// <param name="population">Whose accounts are drawn.</param>
    /// <param name="reuseShare">Chance that a member is one of its bank's complicit customers.</param>
    /// <param name="random">Draws who is complicit.</param>
    public AttemptMembers(Population population, double reuseShare, ref SeededRandom random)
    {
        _population = population;
        _reuseShare = reuseShare;
        _complicit = new int[population.BankCount][];
        for (int bank = 0; bank < _complicit.Length; bank++)
        {
            int first = population.FirstAccountOf(bank), size = population.FirstAccountOf(bank + 1) - first;
            _complicit[bank] = new int[Math.Max(LeastComplicit, (int)(size * ComplicitShare))];
            for (int i = 0; i < _complicit[bank].Length; i++)
            {
                _complicit[bank][i] = first + random.Below(size);
            }
        }
    }

    public int Originator { get; private set; }

    /// <summary>Starts a new attempt with a new originator.</summary>
    public void Begin(ref SeededRandom random)
    {
        _taken.Clear();
        Originator = PerhapsComplicit(_population.Sender(ref random), ref random);
        _taken.Add(Originator);
    }

    /// <summary>An account not yet in the attempt, its bank drawn from the originator's point of view.</summary>
    public int Next(ref SeededRandom random)
    {
        for (int tries = 0; ; tries++)
        {
            int member = PerhapsComplicit(_population.Stranger(Originator, ref random), ref random);
            if ((tries >= SimilarityTries || _population.SimilarAmounts(Originator, member)) && _taken.Add(member))
            {
                return member;
            }
        }
    }

    public int[] Set(int count, bool withOriginator, ref SeededRandom random)
    {
        var set = new int[count];
        for (int i = 0; i < count; i++)
        {
            set[i] = withOriginator && i == 0 ? Originator : Next(ref random);
        }

        return set;
    }

    private int PerhapsComplicit(int account, ref SeededRandom random)
    {
        int[] complicit = _complicit[_population.BankOf(account)];
        return random.Chance(_reuseShare) ? complicit[random.Below(complicit.Length)] : account;
    }
}
