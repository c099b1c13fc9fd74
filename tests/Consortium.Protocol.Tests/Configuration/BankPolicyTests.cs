using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Configuration;

public sealed class BankPolicyTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SessionPlan Plan = new SampleRound(Members).Plan.Statement;

    private static readonly BankPolicy Policy = new()
    {
        Families = ["boosting"],
        MaximumRounds = 10,
        MaximumValues = 1_000_000,
        MinimumCohort = 3,
        AllowChangingCohort = false,
    };

    [Fact]
    public void Rejections_AllowedPlan_AreNone() => Assert.Empty(Policy.Rejections(Plan));

    [Fact]
    public void Rejections_PlanThatBreaksEveryRule_NameEachField()
    {
        SessionPlan plan = Plan with
        {
            Rounds = 11,
            MaximumValues = 1_000_001,
            MinimumCohort = 2,
            Cohort = CohortRule.Changing,
        };
        Assert.Equal(
            ["cohort", "maximumValues", "minimumCohort", "rounds"],
            Policy.Rejections(plan).Select(problem => problem.Path).Order());
    }

    [Fact]
    public void Parse_EmptyPolicy_NamesEverythingMissing()
    {
        var problem = Assert.Throws<InvalidConfigurationException>(() => BankPolicy.Parse("{}"u8));
        Assert.Equal(
            ["allowChangingCohort", "families", "maximumRounds", "maximumValues", "minimumCohort"],
            problem.Problems.Select(found => found.Path).Order());
    }

    [Fact]
    public void Parse_WrittenPolicy_IsTheSame() => Assert.Equal(Policy.ToJson(), BankPolicy.Parse(Policy.ToJson()).ToJson());

    [Fact]
    public void Parse_PolicyFromBeforeTheFloors_HoldsTheDefaults()
    {
        BankPolicy policy = BankPolicy.Parse(
            """{ "families": ["boosting"], "maximumRounds": 10, "maximumValues": 10, "minimumCohort": 3, "allowChangingCohort": false }"""u8);
        Assert.Null(policy.Floors);
        Assert.Equal(new PolicyFloors(), policy.HeldFloors);
        Assert.False(policy.HeldFloors.AllowNoVote);
        Assert.False(policy.HeldFloors.AllowSketchedEdges);
    }

    [Fact]
    public void Parse_PolicyThatNamesOneFloor_HoldsTheDefaultsOfTheOthers() => Assert.Equal(
        PolicyFloors.Default with { MostLeaves = 128 }, BankPolicy.Parse(WithFloors("""{ "mostLeaves": 128 }""")).HeldFloors);

    [Fact]
    public void Parse_FloorsThatAreNone_NameEach()
    {
        var problem = Assert.Throws<InvalidConfigurationException>(
            () => BankPolicy.Parse(WithFloors("""{ "leastChildHessian": 0, "leastL2": 0, "mostBins": 1, "leastVoteFraction": 0 }""")));
        Assert.Equal(
            ["floors.leastChildHessian", "floors.leastL2", "floors.leastVoteFraction", "floors.mostBins"],
            problem.Problems.Select(found => found.Path).Order());
    }

    private static byte[] WithFloors(string floors) =>
    [
        .. """{ "families": ["boosting"], "maximumRounds": 10, "maximumValues": 10, "minimumCohort": 3, "allowChangingCohort": false, "floors": """u8,
        .. System.Text.Encoding.UTF8.GetBytes(floors), (byte)'}',
    ];

    [Fact]
    public void Example_AllowsAFixedBoostingPlan() =>
        Assert.Empty(
            BankPolicy.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "consortium-config", "bank-policy.json")))
                .Rejections(Plan));

    [Fact]
    public void PlanCheck_GoodPlan_FindsNothing() => Assert.Empty(PlanCheck.Problems(Plan, Members.Configuration));

    [Fact]
    public void PlanCheck_PlanThatCannotWork_NamesEachField()
    {
        SessionPlan plan = Plan with
        {
            Consortium = default,
            Participants = [.. Plan.Participants.Add(new PartyId("holder-a"))],
            MinimumCohort = 2,
            UpdateSeconds = 61,
            Parameters = new byte[5000],
        };
        Assert.Equal(
            ["consortium", "minimumCohort", "parameters", "participants", "updateSeconds"],
            PlanCheck.Problems(plan, Members.Configuration).Select(problem => problem.Path).Order());
        Assert.Equal(
            "minimumCohort", Assert.Single(PlanCheck.Problems(Plan with { MinimumCohort = 6 }, Members.Configuration)).Path);
    }
}
