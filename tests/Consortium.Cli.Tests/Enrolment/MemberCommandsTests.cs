using System.Text.Json.Nodes;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;

namespace Consortium.Cli.Tests.Enrolment;

public sealed class MemberCommandsTests
{
    [Theory]
    [InlineData("id", "bank-z")]
    [InlineData("role", "key-holder")]
    [InlineData("fingerprint", "000000 000000 000000 000000 000000 000000 000000 000000")]
    [InlineData("identity", "AAAA")]
    [InlineData("signature", "not base64")]
    public async Task Add_DocumentAlteredOnItsWay_IsRejected(string field, string value)
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.BeginAsync();
        string path = await consortium.IdentityAsync("bank-a", "participant");
        JsonNode document = JsonNode.Parse(File.ReadAllText(path))!;
        document[field] = value;
        File.WriteAllText(path, document.ToJsonString());
        string before = File.ReadAllText(Path.Combine(consortium.Operator, "consortium.json"));

        CommandLineRun run = await CommandLineRun.Of("member", "add", path, "--folder", consortium.Operator);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("is no identity document", run.Error);
        Assert.Equal(before, File.ReadAllText(Path.Combine(consortium.Operator, "consortium.json")));
    }

    [Fact]
    public async Task Add_FingerprintThatWasReadAloud_Decides()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.BeginAsync();
        string path = await consortium.IdentityAsync("bank-a", "participant");
        string fingerprint = JsonNode.Parse(File.ReadAllText(path))!["fingerprint"]!.GetValue<string>();

        CommandLineRun wrong = await CommandLineRun.Of(
            "member", "add", path, "--folder", consortium.Operator, "--fingerprint", new string('1', 48));
        CommandLineRun typo = await CommandLineRun.Of(
            "member", "add", path, "--folder", consortium.Operator, "--fingerprint", "12");
        CommandLineRun right = await CommandLineRun.Of(
            "member", "add", path, "--folder", consortium.Operator, "--fingerprint", fingerprint.Replace(' ', '-'));

        Assert.Equal(ExitCode.DoesNotHold, wrong.Code);
        Assert.Equal(ExitCode.BadInput, typo.Code);
        Assert.Equal(ExitCode.Done, right.Code);
    }

    [Fact]
    public async Task Add_SameMemberOrSameKeysTwice_IsRejectedUntilReplaceIsSaid()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync();
        string rotated = await consortium.IdentityAsync("bank-a", "participant", "-rotated");

        CommandLineRun again = await CommandLineRun.Of("member", "add", rotated, "--folder", consortium.Operator);
        Assert.Equal(ExitCode.BadInput, again.Code);
        Assert.Contains("--replace", again.Error);

        string before = (await EnrolledConsortium.Done("show", "--folder", consortium.Operator)).Out;
        await EnrolledConsortium.Done("member", "add", rotated, "--replace", "--folder", consortium.Operator);
        string after = (await EnrolledConsortium.Done("show", "--folder", consortium.Operator)).Out;
        Assert.NotEqual(before, after);
        Assert.Equal(before.Split('\n').Length, after.Split('\n').Length);
        await EnrolledConsortium.Done("check", "--folder", consortium.Operator);
    }

    [Fact]
    public async Task Add_SecondAggregator_NamesTheFirst()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync();

        CommandLineRun run = await CommandLineRun.Of(
            "member", "add", await consortium.IdentityAsync("other", "aggregator"), "--folder", consortium.Operator);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("'relay' is it", run.Error);
    }

    [Fact]
    public async Task Remove_Member_MakesTheFileSayWhatItLacks()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync();

        await EnrolledConsortium.Done("member", "remove", "bank-b", "--folder", consortium.Operator);

        CommandLineRun check = await CommandLineRun.Of("check", "--folder", consortium.Operator);
        Assert.Equal(ExitCode.DoesNotHold, check.Code);
        Assert.Contains("participants: List at least 3 banks", check.Out);
        Assert.DoesNotContain("bank-b", check.Out);
    }

    [Theory]
    [InlineData("nobody", "lists no 'nobody'")]
    [InlineData("operator", "is the operator")]
    public async Task Remove_WhoCannotBe_IsRejected(string name, string expected)
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync();

        CommandLineRun run = await CommandLineRun.Of("member", "remove", name, "--folder", consortium.Operator);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(expected, run.Error);
    }
}
