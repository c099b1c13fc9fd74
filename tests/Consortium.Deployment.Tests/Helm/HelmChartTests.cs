using System.Text.Json;
using Json.Schema;
using k8s;
using k8s.Models;

namespace Consortium.Deployment.Tests.Helm;

/// <summary>What the charts render, read as Kubernetes reads it: an unknown field fails.</summary>
public sealed class HelmChartTests
{
    private const string Prefix = "Consortium__";

    public static TheoryData<string> Roles => ["participant", "aggregator", "key-holder"];

    public static TheoryData<string> RolesAndScorer => ["participant", "aggregator", "key-holder", "scorer"];

    private static readonly Dictionary<string, object?> Given = new()
    {
        ["party"] = "party-1",
        ["image.repository"] = "registry.example/consortium",
        ["configuration.configMap"] = "consortium",
        ["configuration.digest"] = new string('a', 64),
        ["identity.secret"] = "party-1-identity",
        ["broker.secret"] = "party-1-broker",
        ["tls.secret"] = "party-1-tls",
        ["offers.secret"] = "party-1-offers",
        ["broker.rootCertificates"] = "broker-roots",
        ["broker.host"] = "broker.example",
        ["payments.claim"] = "payments",
        ["policy.configMap"] = "policy",
        ["ledger.begin"] = true,
    };

    [Theory]
    [MemberData(nameof(RolesAndScorer))]
    public void Values_OfTheChartAlone_LackWhatMustBeGiven(string role) =>
        Assert.False(Check(role, Values(role, given: false)).IsValid);

    [Theory]
    [MemberData(nameof(RolesAndScorer))]
    public void Values_WithWhatMustBeGiven_FitTheSchema(string role)
    {
        EvaluationResults results = Check(role, Values(role));
        Assert.True(results.IsValid, JsonSerializer.Serialize(results));
    }

    [Theory]
    [InlineData("configuration.digest", "abc")]
    [InlineData("party", "Bank A")]
    [InlineData("health.port", 80L)]
    [InlineData("replicas", 2L)]
    [InlineData("settings.Bnak", "070")]
    [InlineData("image.digest", "sha256:1")]
    [InlineData("ledger.size", "5 GB")]
    public void Values_ThatCannotWork_AreRejectedByTheSchema(string name, object value)
    {
        Dictionary<object, object?> values = Values("participant");
        Set(values, name, value);
        Assert.False(Check("participant", values).IsValid);
    }

    [Theory]
    [MemberData(nameof(RolesAndScorer))]
    public void Render_OfARole_IsOneConfinedPodWithoutRights(string role)
    {
        V1StatefulSet set = Render(role).OfType<V1StatefulSet>().Single();
        V1PodSpec pod = set.Spec.Template.Spec;

        Assert.Equal(1, set.Spec.Replicas);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(pod.EnableServiceLinks);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        foreach (V1Container container in pod.Containers.Concat(pod.InitContainers ?? []))
        {
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Equal(["cpu", "memory"], container.Resources.Limits.Keys.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Render_OfARole_ProbesWhatTheDaemonAnswers(string role)
    {
        V1Container daemon = Daemon(role);

        Assert.Equal("/health", daemon.StartupProbe.HttpGet.Path);
        Assert.Equal("/health", daemon.LivenessProbe.HttpGet.Path);
        Assert.Equal("/ready", daemon.ReadinessProbe.HttpGet.Path);
        Assert.Equal($"0.0.0.0:{daemon.Ports.Single().ContainerPort}", Setting(daemon, "Health"));
    }

    [Theory]
    [MemberData(nameof(RolesAndScorer))]
    public void Render_OfARole_NamesKnownSettingsWhosePathsAreMounted(string role)
    {
        V1Container daemon = Daemon(role);
        foreach (V1EnvVar variable in daemon.Env.Where(variable => variable.Name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            Assert.Contains(variable.Name[Prefix.Length..], DaemonSettingNames.All);
            if (variable.Value.StartsWith('/'))
            {
                Assert.Contains(
                    daemon.VolumeMounts,
                    mount => (variable.Value + "/").StartsWith(mount.MountPath + "/", StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Render_OfARole_MountsSecretsForItsGroupSoThatTheyAreRenewed(string role)
    {
        V1PodSpec pod = Render(role).OfType<V1StatefulSet>().Single().Spec.Template.Spec;
        V1Volume[] secrets = [.. pod.Volumes.Where(volume => volume.Secret is not null)];

        Assert.Equal(["broker", "identity"], secrets.Select(secret => secret.Name).Order(StringComparer.Ordinal));
        Assert.All(secrets, secret => Assert.Equal(Convert.ToInt32("440", 8), secret.Secret.DefaultMode));
        Assert.Equal(pod.SecurityContext.RunAsGroup, pod.SecurityContext.FsGroup);
        Assert.All(
            pod.Containers.SelectMany(container => container.VolumeMounts).Where(
                mount => secrets.Any(secret => secret.Name == mount.Name)),
            mount => Assert.True(mount.ReadOnlyProperty is true && mount.SubPath is null)); // a subPath is never updated
        Assert.DoesNotContain(pod.Containers.SelectMany(container => container.Env), variable => variable.ValueFrom is not null);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Render_OfARole_KeepsStateOnClaims(string role)
    {
        V1StatefulSet set = Render(role).OfType<V1StatefulSet>().Single();

        Assert.Equal(
            role == "aggregator" ? ["data"] : ["data", "ledger"], set.Spec.VolumeClaimTemplates.Select(claim => claim.Name()));
        Assert.Equal("Retain", set.Spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Render_OfARole_OpensItsNetworkForTheBrokerAlone(string role)
    {
        V1NetworkPolicy policy = Render(role).OfType<V1NetworkPolicy>().Single();

        Assert.Empty(policy.Spec.Ingress);
        Assert.Equal(
            ["53", "53", "5671"], policy.Spec.Egress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value));
        Assert.Equal(
            Render(role).OfType<V1StatefulSet>().Single().Spec.Template.Metadata.Labels.Where(
                label => policy.Spec.PodSelector.MatchLabels.ContainsKey(label.Key)).OrderBy(label => label.Key),
            policy.Spec.PodSelector.MatchLabels.OrderBy(label => label.Key));
    }

    [Fact]
    public void Render_OfTheScorer_LetsClientsInAndNothingOut()
    {
        V1NetworkPolicy policy = Render("scorer").OfType<V1NetworkPolicy>().Single();
        V1StatefulSet set = Render("scorer").OfType<V1StatefulSet>().Single();

        Assert.Empty(policy.Spec.Egress);
        Assert.Equal("clients", Assert.Single(Assert.Single(policy.Spec.Ingress).Ports).Port.Value);
        Assert.Equal("0.0.0.0:8443", Setting(Daemon("scorer"), "Listen"));
        Assert.Equal(["data"], set.Spec.VolumeClaimTemplates.Select(claim => claim.Name()));
        Assert.Equal(
            ["identity", "offers", "tls"],
            set.Spec.Template.Spec.Volumes.Where(volume => volume.Secret is not null).Select(volume => volume.Name)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Render_WithMonitoring_LetsItIn()
    {
        Dictionary<object, object?> values = Values("aggregator");
        var labels = new Dictionary<object, object?> { ["name"] = "monitoring" };
        var selector = new Dictionary<object, object?> { ["matchLabels"] = labels };
        Set(
            values, "network.monitoring",
            new List<object> { new Dictionary<object, object?> { ["namespaceSelector"] = selector } });

        V1NetworkPolicy policy = Render("aggregator", values).OfType<V1NetworkPolicy>().Single();
        V1NetworkPolicyIngressRule rule = Assert.Single(policy.Spec.Ingress);
        Assert.Equal("monitoring", Assert.Single(rule.FromProperty).NamespaceSelector.MatchLabels["name"]);
    }

    [Fact]
    public void Render_WithClientCertificate_ReadsNoPassword()
    {
        Dictionary<object, object?> values = Values("key-holder");
        Set(values, "broker.clientCertificate", true);
        V1Container daemon = Daemon("key-holder", values);

        Assert.DoesNotContain(daemon.Env, variable => variable.Name == "Consortium__BrokerPasswordFile");
        Assert.Equal("/etc/consortium/broker/tls.key", Setting(daemon, "BrokerClientKey"));
    }

    [Fact]
    public void Render_WithSettings_PassesThemOn()
    {
        Dictionary<object, object?> values = Values("participant");
        Set(values, "settings.Bank", "070");
        Set(values, "settings.LateDays", 5L);
        V1Container daemon = Daemon("participant", values);

        Assert.Equal("070", Setting(daemon, "Bank"));
        Assert.Equal("5", Setting(daemon, "LateDays"));
    }

    [Theory]
    [MemberData(nameof(RolesAndScorer))]
    public void Schema_Settings_AreTheDaemons(string role)
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Repository.Deploy("helm", role, "values.schema.json")));
        foreach (JsonProperty setting in schema.RootElement.GetProperty("properties").GetProperty("settings")
            .GetProperty("properties").EnumerateObject())
        {
            Assert.Contains(setting.Name, DaemonSettingNames.All);
        }
    }

    [Theory]
    [MemberData(nameof(RolesAndScorer))]
    public void Program_OfARole_IsWhatTheImageHolds(string role)
    {
        string dockerfile = File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile"));
        string[] program = Assert.Single(Daemon(role).Args).Split('/');

        Assert.Contains($" {program[2]} ", dockerfile.Replace(";", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(Repository.Root, "src", $"Consortium.{program[2]}.Daemon")));
        Assert.Contains("WORKDIR /var/lib/consortium", dockerfile, StringComparison.Ordinal);
    }

    private static V1Container Daemon(string role, Dictionary<object, object?>? values = null) =>
        Render(role, values).OfType<V1StatefulSet>().Single().Spec.Template.Spec.Containers.Single();

    private static string Setting(V1Container daemon, string name) =>
        daemon.Env.Single(variable => variable.Name == $"Consortium__{name}").Value;

    private static List<object> Render(string role, Dictionary<object, object?>? values = null) =>
        KubernetesYaml.LoadAllFromString(
            new Chart(Repository.Deploy("helm", role)).Render(values ?? Values(role)), typeMap: null, strict: true);

    private static Dictionary<object, object?> Values(string role, bool given = true)
    {
        var values = (Dictionary<object, object?>)Chart.ReadYaml(Repository.Deploy("helm", role, "values.yaml"))!;
        foreach ((string name, object? value) in given ? Given : [])
        {
            if (values.ContainsKey(name.Split('.')[0]))
            {
                Set(values, name, value);
            }
        }

        return values;
    }

    private static void Set(Dictionary<object, object?> values, string name, object? value)
    {
        string[] path = name.Split('.');
        foreach (string part in path[..^1])
        {
            values = (Dictionary<object, object?>)values[part]!;
        }

        values[path[^1]] = value;
    }

    private static EvaluationResults Check(string role, object values) =>
        JsonSchema.FromFile(Repository.Deploy("helm", role, "values.schema.json")).Evaluate(
            JsonSerializer.SerializeToDocument(Plain(values)), new EvaluationOptions { OutputFormat = OutputFormat.List });

    /// <summary>As JSON has it: names are strings.</summary>
    private static object? Plain(object? value) => value switch
    {
        Dictionary<object, object?> map => map.ToDictionary(pair => (string)pair.Key, pair => Plain(pair.Value)),
        List<object> list => list.Select(Plain).ToList(),
        _ => value,
    };
}
