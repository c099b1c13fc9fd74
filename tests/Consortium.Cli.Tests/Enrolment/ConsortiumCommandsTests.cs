using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;

namespace Consortium.Cli.Tests.Enrolment;

public sealed class ConsortiumCommandsTests
{
    [Fact]
    public async Task Enrolment_StepByStep_EndsWithASignedFileThatEveryoneCanCheck()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync(
            "--name", "Three banks", "--host", "broker.example");

        CommandLineRun unsigned = await EnrolledConsortium.Done("check", "--folder", consortium.Operator, "--json");
        Assert.Equal("none", JsonDocument.Parse(unsigned.Out).RootElement.GetProperty("signature").GetString());
        CommandLineRun sign = await EnrolledConsortium.Done("sign", "--folder", consortium.Operator);

        // A member gets two files, and nothing else of the operator's.
        string member = Directory.CreateDirectory(consortium["received"]).FullName;
        foreach (string name in (string[])["consortium.json", "consortium.signature.json"])
        {
            File.Copy(Path.Combine(consortium.Operator, name), Path.Combine(member, name));
        }

        CommandLineRun check = await EnrolledConsortium.Done("check", "--folder", member, "--json");
        JsonElement verdict = JsonDocument.Parse(check.Out).RootElement;
        Assert.True(verdict.GetProperty("holds").GetBoolean());
        Assert.Equal("valid", verdict.GetProperty("signature").GetString());
        string digest = verdict.GetProperty("digest").GetString()!;
        Assert.Contains(digest, sign.Out);
        Assert.Equal((1, 1, 2), (verdict.GetProperty("survives").GetProperty("crashes").GetInt32(),
            verdict.GetProperty("survives").GetProperty("equivocating").GetInt32(),
            verdict.GetProperty("survives").GetProperty("colluding").GetInt32()));
        CommandLineRun shown = await EnrolledConsortium.Done(
            "identity", "show", Path.Combine(consortium["bank-b-home"], "bank-b", "bank-b.identity.json"), "--json");
        Assert.Equal(
            JsonDocument.Parse(shown.Out).RootElement.GetProperty("fingerprint").GetString(),
            verdict.GetProperty("members").EnumerateArray().Single(
                entry => entry.GetProperty("id").GetString() == "bank-b").GetProperty("fingerprint").GetString());

        CommandLineRun text = await EnrolledConsortium.Done("check", "--folder", member, "--digest", digest);
        Assert.Contains($"Consortium__Digest={digest}", text.Out);
        CommandLineRun other = await CommandLineRun.Of("check", "--folder", member, "--digest", new string('0', 64));
        Assert.Equal(ExitCode.DoesNotHold, other.Code);
    }

    [Fact]
    public async Task Check_FileChangedAfterSigning_SaysThatItIsNotWhatWasSigned()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync();
        await EnrolledConsortium.Done("sign", "--folder", consortium.Operator);
        string file = Path.Combine(consortium.Operator, "consortium.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"threshold\": 3", "\"threshold\": 4", StringComparison.Ordinal));

        CommandLineRun check = await CommandLineRun.Of("check", "--folder", consortium.Operator);

        Assert.Equal(ExitCode.DoesNotHold, check.Code);
        Assert.Contains("it was changed since", check.Out);
        Assert.DoesNotContain("Consortium__Digest=", check.Out);
    }

    [Fact]
    public async Task Check_SignatureOfAnotherOperator_IsNoSignature()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync();
        await EnrolledConsortium.Done("sign", "--folder", consortium.Operator);
        string file = Path.Combine(consortium.Operator, "consortium.signature.json");
        JsonElement signature = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        byte[] bytes = Convert.FromBase64String(signature.GetProperty("signature").GetString()!);
        bytes[100] ^= 1;
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            digest = signature.GetProperty("digest").GetString(),
            signedBy = "operator",
            signature = Convert.ToBase64String(bytes),
        }));

        CommandLineRun check = await CommandLineRun.Of("check", "--folder", consortium.Operator);

        Assert.Equal(ExitCode.DoesNotHold, check.Code);
        Assert.Contains("not of operator", check.Out);
    }

    [Fact]
    public async Task Check_HalfEnrolled_NamesWhatIsMissingAndHowToMendIt()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.BeginAsync();

        CommandLineRun check = await CommandLineRun.Of("check", "--folder", consortium.Operator);

        Assert.Equal(ExitCode.DoesNotHold, check.Code);
        Assert.Contains("aggregator: Name the aggregator", check.Out);
        Assert.Contains("participants: List at least 3 banks", check.Out);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{ \"treshold\": 2 }")]
    public async Task Check_FileOfAnotherShape_IsBadInput(string content)
    {
        using var folder = new TemporaryFolder();
        folder.Write("consortium.json", content);

        CommandLineRun check = await CommandLineRun.Of("check", "--folder", folder.Path);

        Assert.Equal(ExitCode.BadInput, check.Code);
        Assert.Contains("consortium.json cannot be used", check.Error);
        Assert.Empty(check.Out);
    }

    [Fact]
    public async Task Check_NoFile_SaysWhereItLooked()
    {
        using var folder = new TemporaryFolder();

        CommandLineRun check = await CommandLineRun.Of("check", "--folder", folder.Path);

        Assert.Equal(ExitCode.BadInput, check.Code);
        Assert.Contains(folder["consortium.json"], check.Error);
    }

    [Fact]
    public async Task Check_ExampleConsortium_Holds()
    {
        CommandLineRun check = await EnrolledConsortium.Done(
            "check", "--folder", Path.Combine(Repository.Root, "consortium-config"), "--json");

        Assert.True(JsonDocument.Parse(check.Out).RootElement.GetProperty("holds").GetBoolean());
    }

    [Fact]
    public async Task Sign_WithTheKeysOfSomebodyElse_IsRejected()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync();
        string document = await consortium.IdentityAsync("operator", "operator", "-new");
        await EnrolledConsortium.Done("member", "add", document, "--replace", "--folder", consortium.Operator);

        CommandLineRun sign = await CommandLineRun.Of("sign", "--folder", consortium.Operator);

        Assert.Equal(ExitCode.BadInput, sign.Code);
        Assert.Contains("is not the identity of 'operator'", sign.Error);
        Assert.False(File.Exists(Path.Combine(consortium.Operator, "consortium.signature.json")));
    }
}
