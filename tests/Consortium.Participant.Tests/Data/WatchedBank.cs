using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Participant.Tests.Data;

/// <summary>The bank whose folder of payments these tests watch.</summary>
internal static class WatchedBank
{
    /// <summary>The first line of its files.</summary>
    public const string Header =
        "Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,Amount Paid,Payment Currency,Payment "
            + "Format,Is Laundering\n";

    public static Party Over(OpenStorage storage, TimeProvider? clock = null)
    {
        ConsortiumConfiguration configuration = TestConsortium.Instance.Configuration;
        return new Party(
            configuration, configuration.Find(new PartyId("bank-a"))!, TestConsortium.Instance.Identity("bank-a"), storage,
            NullLoggerFactory.Instance, clock ?? TimeProvider.System);
    }
}
