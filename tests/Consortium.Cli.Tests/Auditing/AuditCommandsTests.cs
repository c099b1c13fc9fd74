using System.Collections.Immutable;
using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Primitives;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Tests.Auditing;

/// <summary>A real session's bundle, as it is and with one thing bent: the verdict names round, party and chunk.</summary>
public sealed class AuditCommandsTests(ExportedSession exported) : IClassFixture<ExportedSession>
{
    private const int Sum = 3; // the column after those of three banks

    [Fact]
    public async Task Verify_RealSession_Holds()
    {
        CommandLineRun run = await exported.VerifyAsync(exported.Bundle);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("HOLDS: session", run.Out);
        Assert.Contains("3 rounds, the whole session", run.Out);
        Assert.DoesNotContain("NO", run.Out);
    }

    [Fact]
    public async Task Verify_ByAgreedDigestAlone_Holds()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "audit", "verify", exported.Bundle, "--digest", exported.Configuration.Digest.ToString(), "--folder",
            Path.GetTempPath(), "--json");

        Assert.Equal(ExitCode.Done, run.Code);
        JsonElement verdict = JsonDocument.Parse(run.Out).RootElement;
        Assert.True(verdict.GetProperty("holds").GetBoolean());
        Assert.Equal(exported.Session.ToString(), verdict.GetProperty("session").GetString());
    }

    [Fact]
    public async Task Export_OneRound_VerifiesAsThatRoundOnly()
    {
        string bundle = Path.Combine(exported.Folder, "round-2.audit");

        Assert.Equal(ExitCode.Done, (await exported.ExportAsync(bundle, "--round", "2", "--session", "Audited")).Code);
        CommandLineRun run = await exported.VerifyAsync(bundle);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("from round 2 on, not the whole session", run.Out);
    }

    [Fact]
    public async Task Verify_SumChunkBent_IsNamed()
    {
        string bent = await exported.BendAsync((round, rows) =>
        {
            ExportedSession.Column(rows[0], Sum)[100] ^= round.Cohort.Statement.Attempt.Round.Value == 2 ? (byte)1 : (byte)0;
            return round;
        });

        await AssertFoundAsync(bent, "sum", round: 2, "aggregator", chunk: 0);
    }

    [Fact]
    public async Task Verify_UpdateChunksOfTwoBanksSwapped_NamesBoth()
    {
        string bent = await exported.BendAsync((round, rows) =>
        {
            if (round.Cohort.Statement.Attempt.Round.Value == 3)
            {
                byte[] first = ExportedSession.Column(rows[0], 0).ToArray();
                ExportedSession.Column(rows[0], 1).CopyTo(ExportedSession.Column(rows[0], 0));
                first.CopyTo(ExportedSession.Column(rows[0], 1));
            }

            return round;
        });

        await AssertFoundAsync(bent, "updates", round: 3, "bank-a", chunk: 0);
        await AssertFoundAsync(bent, "updates", round: 3, "bank-b", chunk: 0);
    }

    [Fact]
    public async Task Verify_ApprovalMissing_IsFound()
    {
        string bent = await exported.BendAsync((round, _) => round with { Approvals = [round.Approvals[0]] });

        await AssertFoundAsync(bent, "release", round: 1, "aggregator", chunk: null);
    }

    [Fact]
    public async Task Verify_ManifestAltered_NamesItsBank()
    {
        string bent = await exported.BendAsync((round, _) =>
        {
            byte[] bytes = round.ToBytes();
            bytes[bytes.AsSpan().IndexOf(round.Manifests[2].Signature.Span)] ^= 1;
            return RetainedRound.FromBytes(bytes, exported.Configuration.Limits);
        });

        await AssertFoundAsync(bent, "signatures", round: 1, "bank-c", chunk: null);
    }

    [Fact]
    public async Task Verify_RoundMissing_IsNamed()
    {
        string bent = await exported.BendAsync((round, _) => round.Cohort.Statement.Attempt.Round.Value == 2 ? null : round);

        await AssertFoundAsync(bent, "session", round: 2, "aggregator", chunk: null);
    }

    [Fact]
    public async Task Verify_LastRoundsLeftOut_SaysThatTheEndIsNotThere()
    {
        string bent = await exported.BendAsync((round, _) => round.Cohort.Statement.Attempt.Round.Value == 3 ? null : round);

        CommandLineRun run = await exported.VerifyAsync(bent);

        Assert.Contains("the session had not ended, or its end was left out", run.Out);
    }

    [Fact]
    public async Task Verify_BundleCutOffAnywhere_NamesWhere()
    {
        byte[] whole = await File.ReadAllBytesAsync(exported.Bundle, TestContext.Current.CancellationToken);
        string cut = Path.Combine(exported.Folder, "cut.audit");
        foreach (int length in Enumerable.Range(1, 12).Select(part => (int)((long)whole.Length * part / 12) - 1))
        {
            await File.WriteAllBytesAsync(cut, whole.AsMemory(0, length), TestContext.Current.CancellationToken);
            CommandLineRun run = await exported.VerifyAsync(cut);
            Assert.True(run.Code is ExitCode.DoesNotHold or ExitCode.BadInput, $"{run.Code} after {length} bytes");
            Assert.True(
                run.Code == ExitCode.BadInput || run.Out.Contains("Bundle, round", StringComparison.Ordinal),
                $"{length}: {run.Out} {run.Error}");
        }
    }

    [Fact]
    public async Task Verify_AnyByteFlipped_DoesNotHoldAndDoesNotFail()
    {
        byte[] whole = await File.ReadAllBytesAsync(exported.Bundle, TestContext.Current.CancellationToken);
        string flipped = Path.Combine(exported.Folder, "flipped.audit");
        for (int i = 0; i < 60; i++)
        {
            byte[] bytes = [.. whole];
            bytes[(int)((long)whole.Length * i / 60) + (i * 7 % 100)] ^= 0x55;
            await File.WriteAllBytesAsync(flipped, bytes, TestContext.Current.CancellationToken);
            CommandLineRun run = await exported.VerifyAsync(flipped);
            Assert.True(run.Code is ExitCode.DoesNotHold or ExitCode.BadInput, $"{run.Code} at {i}: {run.Out} {run.Error}");
        }
    }

    [Fact]
    public async Task Verify_OfAnotherConsortium_ProvesNothing()
    {
        CommandLineRun run = await exported.VerifyAsync(exported.Bundle, "--digest", new string('0', 64));

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        Assert.Contains("proves nothing about yours", run.Error);
    }

    [Fact]
    public async Task Verify_NobodyToTrust_AsksForFolderOrDigest()
    {
        CommandLineRun run = await CommandLineRun.Of("audit", "verify", exported.Bundle, "--folder", Path.GetTempPath());

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("--digest", run.Error);
    }

    [Fact]
    public async Task Export_NotAnAggregatorsFolder_SaysSo()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "audit", "export", "--data", Path.Combine(exported.Folder, "holder-a", "state"), "--folder", exported.Folder,
            "--output", Path.Combine(exported.Folder, "no.audit"));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("belongs to another program or another role", run.Error);
        Assert.False(File.Exists(Path.Combine(exported.Folder, "no.audit")));
    }

    [Theory]
    [InlineData("--session", "nobody", "no session 'nobody'")]
    [InlineData("--round", "9", "Round 9")]
    public async Task Export_WhatIsNotThere_IsNamed(string option, string value, string expected)
    {
        string bundle = Path.Combine(exported.Folder, "absent.audit");

        CommandLineRun run = await exported.ExportAsync(bundle, option, value);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(expected, run.Error);
        Assert.Empty(Directory.GetFiles(exported.Folder, "absent*"));
    }

    private async Task AssertFoundAsync(string bundle, string check, int round, string party, int? chunk)
    {
        CommandLineRun run = await exported.VerifyAsync(bundle, "--json");
        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        ImmutableArray<JsonElement> findings =
        [
            .. JsonDocument.Parse(run.Out).RootElement.GetProperty("findings").EnumerateArray(),
        ];
        Assert.True(
            findings.Any(finding => finding.GetProperty("check").GetString() == check
                && finding.GetProperty("round").GetInt32() == round
                && finding.GetProperty("party").GetString() == party
                && (chunk is null || finding.GetProperty("chunk").GetInt32() == chunk)),
            run.Out);
    }
}
