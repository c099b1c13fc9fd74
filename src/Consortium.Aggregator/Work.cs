using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>What takes too long for a transaction. Kept in memory only: all of it follows from what is stored.</summary>
internal abstract record Work
{
    private Work()
    {
    }

    /// <summary>Check the chunks that came before this update.</summary>
    public sealed record Check(Digest Source) : Work;

    /// <summary>Add what a complete update's running sum lacks of it.</summary>
    public sealed record Add(KnownUpdate Update) : Work;

    /// <summary>Send a key holder what it needs to judge a bank's opening proof for this cohort's sum.</summary>
    public sealed record Relay(Signed<Cohort> Cohort, PartyId Bank, PartyId Holder) : Work;

    /// <summary>Compute the tag of a closed cohort's sum.</summary>
    public sealed record TagSum(Signed<Cohort> Cohort) : Work;

    /// <summary>Hold the tags of a closed cohort's members against their chunks.</summary>
    public sealed record CheckTags(Signed<Cohort> Cohort) : Work;

    /// <summary>Finish the sum of a closed cohort.</summary>
    public sealed record Finish(AttemptId Attempt) : Work;
}
