using Consortium.Cli.CommandLine;
using Consortium.Cli.Sessions;
using Consortium.Cryptography.Proofs;
using Consortium.Operator.Sessions;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Testing;
using Consortium.Testing.Scripted;

namespace Consortium.Cli.Tests.Sessions;

/// <summary>What a watched session looks like, and what its outcome is to a script.</summary>
public sealed class SessionBoardTests : IDisposable
{
    private readonly ConsortiumFolder _folder = new(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);
    private readonly SessionPlan _plan;
    private readonly SessionLog _log;
    private long _position;

    public SessionBoardTests()
    {
        _plan = new ScriptedModel(100, 1000).Plan(_folder.Configuration.Digest, _folder.Banks, rounds: 3);
        Signed<SessionPlan> signed = _folder.Sign(_folder.Configuration.Operator.Id, _plan);
        _log = new SessionLog(new SessionId(signed.Digest));
        Receive(signed);
        Receive(_folder.Sign(
            Aggregator, new RoundOpened { Attempt = Attempt, StartsFrom = default, Deadline = 1_000, SessionKeys = [] }));
    }

    private PartyId Aggregator => _folder.Configuration.Aggregator.Id;

    private AttemptId Attempt => new(_folder.Configuration.Digest, _log.Session, RoundNumber.First, AttemptNumber.First);

    [Fact]
    public void Draw_RoundThatWaits_ShowsWhoSentAndWhoIsMissing()
    {
        Receive(_folder.Sign(Aggregator, new SessionStatusReported
        {
            Attempt = Attempt,
            Phase = RoundPhase.Collecting,
            Condition = SessionCondition.Running,
            ControlSequence = 0,
            Waiting = [new PartyId("bank-c")],
            At = 5_000,
        }));

        string[] lines = Drawn().Split('\n');

        Assert.Contains("missing", lines.Single(line => line.Contains("bank-c ", StringComparison.Ordinal)));
        Assert.Contains("update sent", lines.Single(line => line.Contains("bank-a ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Draw_BankThatDoesNotAccount_ShowsWhatTheKeyHolderSaid()
    {
        var place = new DisputedPlace(1, 17);
        Signed<Cohort> cohort = _folder.Sign(Aggregator, new Cohort
        {
            Attempt = Attempt,
            StartedFrom = default,
            Shape = new UpdateShape(100, 1000, 2),
            Members = [.. _folder.Banks.Select(bank => new CohortMember(bank, default))],
            SumRoot = default,
        });
        var digest = new CohortDigest(cohort.Digest);
        Receive(new DisputeRelayed
        {
            Cohort = cohort,
            Disputes =
            [
                .. _folder.Banks.Select(
                    bank => _folder.Sign(bank, new SumDisputed { Attempt = Attempt, CohortDigest = digest, Place = place })),
            ],
        });
        Receive(_folder.Sign(new PartyId("holder-b"), new OpeningProofJudged
        {
            Attempt = Attempt,
            CohortDigest = digest,
            Place = place,
            Bank = new PartyId("bank-c"),
            OpeningProofDigest = default,
            Holds = false,
            Detail = "out of range",
        }));

        Assert.Contains("bank-c does not prove its opening, say holder-b", Drawn(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OutcomeKind.Running, 0)]
    [InlineData(OutcomeKind.Completed, 0)]
    [InlineData(OutcomeKind.Declined, 4)]
    [InlineData(OutcomeKind.Stalled, 4)]
    [InlineData(OutcomeKind.Spoiled, 4)]
    public void Code_OfAnOutcome_TellsAScript(OutcomeKind kind, int expected) =>
        Assert.Equal(expected, (int)new SessionOutcome(kind, null, string.Empty).Code);

    public void Dispose() => _folder.Dispose();

    private string Drawn()
    {
        using var page = new StringWriter();
        new Terminal(page, TextWriter.Null, TextReader.Null).Page.Write(SessionBoard.Draw(_log, Aggregator));
        return page.ToString();
    }

    private void Receive(Message message) => _log.Add(++_position, _position, message);
}
