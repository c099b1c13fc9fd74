using Consortium.Operator.Journal;
using Consortium.Operator.Sessions;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Testing;
using Consortium.Testing.Scripted;

namespace Consortium.Operator.Tests.Journal;

public sealed class OperatorJournalTests : IDisposable
{
    private readonly ConsortiumFolder _folder = new(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);
    private readonly Signed<SessionPlan> _plan;

    public OperatorJournalTests() =>
        _plan = _folder.Sign(
            _folder.Configuration.Operator.Id,
            new ScriptedModel(100, 1000).Plan(_folder.Configuration.Digest, _folder.Banks, rounds: 3));

    private SessionId Session => new(_plan.Digest);

    [Fact]
    public async Task Add_WhatComesTwice_IsKeptOnce()
    {
        using OperatorJournal journal = Open();
        Signed<ModelAdvanced> advanced = Advanced();
        await journal.AddAsync(_plan, TestContext.Current.CancellationToken);
        await journal.AddAsync(advanced, TestContext.Current.CancellationToken);
        await journal.AddAsync(Advanced(), TestContext.Current.CancellationToken); // the same word under another signature

        SessionLog log = await journal.ReadAsync(Session, TestContext.Current.CancellationToken);

        Assert.Equal(2, log.Position);
        Assert.Equal(advanced.Statement, log.Rounds.Single().Advances[new PartyId("bank-a")]);
    }

    [Fact]
    public async Task Add_Standings_KeepsTheLatestByTheAggregatorsClock()
    {
        using OperatorJournal journal = Open();
        foreach (long at in (long[])[100, 300, 200])
        {
            await journal.AddAsync(Status(at), TestContext.Current.CancellationToken);
        }

        SessionLog log = await journal.ReadAsync(Session, TestContext.Current.CancellationToken);

        Assert.Equal(300, log.Status!.At);
    }

    [Fact]
    public async Task Read_WhatAnotherCommandHeard_CountsToo()
    {
        using OperatorJournal mine = Open(), others = Open();
        var log = new SessionLog(Session);
        await mine.AddAsync(_plan, TestContext.Current.CancellationToken);
        Assert.True(await mine.ReadAsync(log, TestContext.Current.CancellationToken));

        await others.AddAsync(Status(100), TestContext.Current.CancellationToken);

        Assert.True(await mine.ReadAsync(log, TestContext.Current.CancellationToken));
        Assert.False(await mine.ReadAsync(log, TestContext.Current.CancellationToken));
        Assert.NotNull(log.Status);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("Scripted", null)]
    [InlineData("another", "No session 'another' is known here.")]
    public async Task Find_NameOrNothing_IsTheSessionOrSaysWhatIsWrong(string? name, string? wrong)
    {
        using OperatorJournal journal = Open();
        await journal.AddAsync(_plan, TestContext.Current.CancellationToken);

        Task<SessionLog> found = journal.FindAsync(name, TestContext.Current.CancellationToken);

        Assert.Equal(wrong, (await Record.ExceptionAsync(() => found))?.Message);
        if (wrong is null)
        {
            Assert.Equal(Session, (await found).Session);
            Assert.Equal(
                Session, (await journal.FindAsync(Session.ToString()[..8], TestContext.Current.CancellationToken)).Session);
        }
    }

    [Fact]
    public async Task Find_EmptyJournal_SaysThatItIsEmpty()
    {
        using OperatorJournal journal = Open();
        SessionNotFoundException none =
            await Assert.ThrowsAsync<SessionNotFoundException>(
                () => journal.FindAsync(null, TestContext.Current.CancellationToken));
        Assert.True(none.IsEmpty);
    }

    public void Dispose() => _folder.Dispose();

    private OperatorJournal Open() =>
        OperatorJournal.Open(Path.Combine(_folder.Path, "operator", "state"), _folder.Configuration.Limits, TimeProvider.System);

    private Signed<ModelAdvanced> Advanced() =>
        _folder.Sign(new PartyId("bank-a"), new ModelAdvanced { Attempt = Attempt(), CohortDigest = default, State = default });

    private Signed<SessionStatusReported> Status(long at) =>
        _folder.Sign(_folder.Configuration.Aggregator.Id, new SessionStatusReported
        {
            Attempt = Attempt(),
            Phase = RoundPhase.Collecting,
            Condition = SessionCondition.Running,
            ControlSequence = 0,
            Waiting = [],
            At = at,
        });

    private AttemptId Attempt() => new(_folder.Configuration.Digest, Session, RoundNumber.First, AttemptNumber.First);
}
