using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Workloads;

/// <summary>Who may open the sums of a session.</summary>
public abstract record SumAudience
{
    private SumAudience()
    {
    }

    /// <summary>Every participant.</summary>
    public static SumAudience Everyone { get; } = new All();

    /// <summary>One participant only.</summary>
    public static SumAudience Only(PartyId owner) => new One(owner);

    public abstract bool Includes(PartyId participant);

    private sealed record All : SumAudience
    {
        public override bool Includes(PartyId participant) => true;
    }

    private sealed record One(PartyId Owner) : SumAudience
    {
        public override bool Includes(PartyId participant) => participant == Owner;
    }
}
