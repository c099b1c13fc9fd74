using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cli.Tests.Enrolment;
using Consortium.Testing;

namespace Consortium.Cli.Tests.Checkup;

[UnsupportedOSPlatform("windows")]
public sealed class DoctorCommandTests(DoctorFixture fixture) : IClassFixture<DoctorFixture>
{
    /// <summary>What a person could do wrong to bank-a, the area that the doctor should name, and a word of the fix.</summary>
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "identity 644", "keys", "chmod 600" },
        { "passphrase wrong", "keys", "right passphrase" },
        { "identity of another", "keys", "member add --replace" },
        { "identity damaged", "keys", "backup" },
        { "password wrong", "broker", "broker definitions" },
        { "password 644", "broker", "chmod 600" },
        { "password missing", "broker", "operator" },
        { "folder 755", "folders", "chmod 700" },
        { "digest other", "configuration", "pin its digest" },
        { "threshold 2", "configuration", "Use 3 to 4" },
        { "configuration missing", "configuration", "consortium init" },
        { "policy cohort 9", "policy", "minimumCohort to 3" },
        { "policy missing", "policy", "bank-policy.json" },
        { "data missing", "data", "payments" },
        { "data of another bank", "data", "--bank" },
        { "data bad row", "data", "MaximumBadRows" },
        { "data without a column", "data", "simulate" },
        { "data unlabelled", "data", "Is Laundering" },
        { "clock before the files", "clock", "Set the clock" },
    };

    [Fact]
    public async Task Doctor_WholeConsortium_FindsNothingWrong()
    {
        CommandLineRun run = await Doctor(fixture.Home);

        Assert.True(run.Code == ExitCode.Done, run.Out);
        JsonElement findings = JsonDocument.Parse(run.Out).RootElement.GetProperty("findings");
        Assert.Equal(9, findings.EnumerateArray().Count(finding => finding.GetProperty("area").GetString() == "broker"));
        foreach (string area in (string[])["keys", "configuration", "broker", "clock", "folders", "disk", "data", "policy",
            "ledger"])
        {
            Assert.Contains(
                findings.EnumerateArray(),
                finding => finding.GetProperty("area").GetString() == area
                    && finding.GetProperty("outcome").GetString() == "good");
        }
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Doctor_Mistake_IsNamedWithItsFix(string mistake, string area, string fix)
    {
        using TemporaryFolder copy = fixture.Copy();
        Make(mistake, copy.Path);

        CommandLineRun run = await Doctor(copy.Path, "--party", "bank-a");

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        JsonElement[] wrong =
        [
            .. JsonDocument.Parse(run.Out).RootElement.GetProperty("findings").EnumerateArray().Where(
                finding => finding.GetProperty("outcome").GetString() == "wrong"),
        ];
        Assert.Contains(
            wrong,
            finding => finding.GetProperty("area").GetString() == area
                && finding.GetProperty("fix").GetString()!.Contains(fix, StringComparison.Ordinal));
        Assert.All(wrong, finding => Assert.Equal(area, finding.GetProperty("area").GetString()));
    }

    [Fact]
    public async Task Doctor_NoBroker_SaysWhereItKnocked()
    {
        int port = FreePorts.Take();

        CommandLineRun run = await CommandLineRun.Of(
            "doctor", "--folder", fixture.Home, "--party", "holder-a", "--broker",
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        Assert.Contains($"Nobody answers at 127.0.0.1:{port}", run.Out);
        Assert.Contains("1 of ", run.Out);
    }

    [Fact]
    public async Task Doctor_EmptyFolder_SaysThatNobodyLivesThere()
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of("doctor", "--folder", folder.Path);

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        Assert.Contains($"No party lives in {folder.Path}", run.Out);
    }

    /// <summary>A second copy of a file, and a file whose accounts lost their leading zeros.</summary>
    [Fact]
    public async Task Doctor_PaymentsTwiceAndChangedAccounts_AreNoted()
    {
        using TemporaryFolder copy = fixture.Copy();
        string payments = Path.Combine(copy.Path, "bank-a", "payments"), first = Path.Combine(payments, "0001.csv");
        string[] lines = File.ReadAllLines(first);
        File.Copy(first, Path.Combine(payments, "copy of 0001.csv"));
        string cells = "2022/09/02 00:00,bank-a,{0},bank-b,7,1.00,Euro,1.00,Euro,Cash,0";
        File.WriteAllLines(
            Path.Combine(payments, "0002.csv"),
            [
                lines[0], string.Format(CultureInfo.InvariantCulture, cells, "0012"),
                string.Format(CultureInfo.InvariantCulture, cells, "12"),
            ]);

        CommandLineRun run = await Doctor(copy.Path, "--party", "bank-a");

        Assert.Equal(ExitCode.Done, run.Code);
        string[] notes =
        [
            .. JsonDocument.Parse(run.Out).RootElement.GetProperty("findings").EnumerateArray()
                .Where(finding => finding.GetProperty("outcome").GetString() == "note")
                .Select(finding => finding.GetProperty("what").GetString()!),
        ];
        string count = (lines.Length - 1).ToString("N0", CultureInfo.InvariantCulture);
        Assert.Contains(
            notes, note => note.StartsWith($"{count} payments are the same as an earlier one", StringComparison.Ordinal));
        Assert.Contains(
            notes, note => note.Contains("leading zeros or case alone, such as '0012' and '12'", StringComparison.Ordinal));
    }

    private Task<CommandLineRun> Doctor(string home, params string[] options) =>
        CommandLineRun.Of(
            [
                "doctor", "--folder", home, "--json", "--broker",
                string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{fixture.Port}"), .. options,
            ]);

    private static void Make(string mistake, string home)
    {
        string party = Path.Combine(home, "bank-a"), data = Path.Combine(party, "payments", "0001.csv"),
        configuration = Path.Combine(home, "consortium.json");
        const UnixFileMode Everyone =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        switch (mistake)
        {
            case "identity 644":
                File.SetUnixFileMode(Path.Combine(party, "identity"), Everyone);
                break;
            case "passphrase wrong":
                File.WriteAllText(Path.Combine(party, "passphrase"), "not what it was\n");
                break;
            case "identity of another":
                File.Copy(Path.Combine(home, "bank-b", "identity"), Path.Combine(party, "identity"), overwrite: true);
                File.Copy(Path.Combine(home, "bank-b", "passphrase"), Path.Combine(party, "passphrase"), overwrite: true);
                break;
            case "identity damaged":
                File.WriteAllText(Path.Combine(party, "identity"), "what is this");
                break;
            case "password wrong":
                File.WriteAllText(Path.Combine(party, "broker-password"), "not what it was\n");
                break;
            case "password 644":
                File.SetUnixFileMode(Path.Combine(party, "broker-password"), Everyone);
                break;
            case "password missing":
                File.Delete(Path.Combine(party, "broker-password"));
                break;
            case "folder 755":
                File.SetUnixFileMode(
                    party, Everyone | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
                break;
            case "digest other":
                File.WriteAllText(Path.Combine(party, "daemon.env"), $"Consortium__Digest={new string('0', 64)}\n");
                break;
            case "threshold 2":
                File.WriteAllText(
                    configuration,
                    File.ReadAllText(configuration).Replace("\"threshold\": 3", "\"threshold\": 2", StringComparison.Ordinal));
                break;
            case "configuration missing":
                File.Delete(configuration);
                break;
            case "policy cohort 9":
                string policy = Path.Combine(party, "policy.json");
                File.WriteAllText(
                    policy,
                    File.ReadAllText(policy).Replace("\"minimumCohort\": 3", "\"minimumCohort\": 9", StringComparison.Ordinal));
                break;
            case "policy missing":
                File.Delete(Path.Combine(party, "policy.json"));
                break;
            case "data missing":
                File.Delete(data);
                break;
            case "data of another bank":
                File.WriteAllText(data, File.ReadAllText(data).Replace("bank-a", "001", StringComparison.Ordinal));
                break;
            case "data bad row":
                File.AppendAllText(data, "2022/09/02 00:00,bank-a,1,bank-b,2,much,Euro,1.00,Euro,Cash,0\n");
                break;
            case "data without a column":
                File.WriteAllText(data, "Timestamp,From Bank\n2022/09/02 00:00,bank-a\n");
                break;
            case "data unlabelled":
                File.WriteAllLines(
                    data, File.ReadAllLines(data).Select((line, i) => i == 0 ? line : line[..(line.LastIndexOf(',') + 1)]));
                break;
            case "clock before the files":
                File.SetLastWriteTimeUtc(configuration, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(2));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(mistake), mistake, "no such mistake");
        }
    }
}
