using Palisade.Domain.Manifest;
using static Palisade.Domain.Tests.Manifest.ManifestTesting;

namespace Palisade.Domain.Tests.Manifest;

public sealed class ManifestSupportTests
{
    private const RackFeatures All = (RackFeatures)((1L << 31) - 1);

    [Theory]
    [InlineData("agent: true", "agent", RackFeatures.Agents)]
    [InlineData("privileged: true", "privileged", RackFeatures.Privileged)]
    [InlineData("scale: {gpu: 1}", "scale.gpu", RackFeatures.Gpu)]
    [InlineData("scale: {count: 1-3, targets: {cpu: 50}}", "scale.targets", RackFeatures.Autoscaling)]
    [InlineData("scale: 1-3", "scale", RackFeatures.CountRange)]
    [InlineData("volumes: [/a]", "volumes", RackFeatures.ServiceVolumes)]
    [InlineData("volumes: ['a:/a']", "volumes", RackFeatures.AppVolumes)]
    [InlineData("volumes: ['/etc:/a']", "volumes", RackFeatures.HostVolumes)]
    [InlineData("volumes: [/var/run/docker.sock]", "volumes", RackFeatures.HostVolumes)]
    [InlineData("volumes: ['/proc:/proc']", "volumes", RackFeatures.HostVolumes)]
    [InlineData("volumeOptions: [{emptyDir: {id: a, mountPath: /a}}]", "volumeOptions", RackFeatures.EmptyDirVolumes)]
    [InlineData(
        "volumeOptions: [{awsEfs: {id: a, mountPath: /a, accessMode: ReadWriteMany}}]",
        "volumeOptions",
        RackFeatures.EfsVolumes
    )]
    [InlineData("ports: [5000]", "ports", RackFeatures.TcpPorts)]
    [InlineData("ports: [53/udp]", "ports", RackFeatures.UdpPorts)]
    [InlineData("port: https:443", "port", RackFeatures.HttpsBackends)]
    [InlineData("port: grpc:443", "port", RackFeatures.GrpcBackends)]
    [InlineData("port: tcp:443", "port", RackFeatures.TcpBackends)]
    [InlineData("grpcHealthEnabled: true", "grpcHealthEnabled", RackFeatures.GrpcHealth)]
    [InlineData("liveness: {path: /live}", "liveness", RackFeatures.Liveness)]
    [InlineData("lifecycle: {preStop: sleep 5}", "lifecycle", RackFeatures.Lifecycle)]
    [InlineData("sticky: true", "sticky", RackFeatures.Sticky)]
    [InlineData("whitelist: 10.0.0.0/8", "whitelist", RackFeatures.Whitelist)]
    [InlineData("internalRouter: true", "internalRouter", RackFeatures.InternalRouter)]
    [InlineData("domain: a.example.com", "domain", RackFeatures.Domains)]
    [InlineData("certificate: {id: cert-1}", "certificate", RackFeatures.Certificates)]
    [InlineData("accessControl: {awsPodIdentity: {policyArns: [arn]}}", "accessControl", RackFeatures.PodIdentity)]
    [InlineData("annotations: [a=b]", "annotations", RackFeatures.Annotations)]
    [InlineData("ingressAnnotations: [a=b]", "ingressAnnotations", RackFeatures.IngressAnnotations)]
    [InlineData("dnsConfig: {ndots: 1}", "dnsConfig", RackFeatures.DnsConfig)]
    public void What_a_rack_lacks_is_refused_with_its_place_and_else_accepted(
        string body,
        string key,
        RackFeatures feature
    )
    {
        var app = Valid(
            "services:\n  web:\n    port: 80\n".Replace(
                "    port: 80\n",
                body.StartsWith("port:", StringComparison.Ordinal) ? "\n" : "    port: 80\n"
            ) + Indent(body)
        );

        var problem = Assert.Single(
            ManifestSupport.Check(
                app,
                All & ~feature & ~(feature == RackFeatures.CountRange ? RackFeatures.Autoscaling : 0)
            )
        );
        Assert.Equal(($"services.web.{key}", 4), (problem.Key, problem.Line));
        Assert.NotEmpty(problem.Message + problem.Remedy);
        Assert.Empty(ManifestSupport.Check(app, All));
        Assert.Empty(ManifestSupport.Check(app, feature));
    }

    [Theory]
    [InlineData("agent: false")]
    [InlineData("sticky: no")]
    [InlineData("liveness: {path: ''}")]
    [InlineData("privileged: false")]
    [InlineData("scale: {count: 2, targets: {cpu: 50}}")]
    [InlineData(
        "labels: {a: b}\ntimeout: 5\ndrain: 3\ninit: false\nsingleton: true\ntest: x\nhealth: /\ninternal: true\ncommand: x"
    )]
    public void What_is_switched_off_or_basic_is_not_refused(string body) =>
        Assert.Empty(ManifestSupport.Check(Valid("services:\n  web:\n" + Indent(body)), RackFeatures.None));

    [Fact]
    public void Resources_timers_and_balancers_are_refused_where_they_stand()
    {
        var problems = ManifestSupport.Check(
            Valid(Full),
            All & ~(RackFeatures.Resources | RackFeatures.Timers | RackFeatures.Balancers)
        );

        Assert.Equal(["resources.main-db", "timers.nightly", "balancers.extra"], problems.Select(p => p.Key));
        Assert.Equal("set MAIN_DB_URL to the URL of one that runs elsewhere", problems[0].Remedy);
        Assert.Equal([9, 58, 63], problems.Select(p => p.Line));
    }

    [Fact]
    public void A_resource_with_a_url_in_the_environment_runs_elsewhere()
    {
        var app = Valid("resources:\n  main-db: {type: postgres}\nservices:\n  web:\n");

        Assert.Empty(
            ManifestSupport.Check(
                app,
                RackFeatures.None,
                new Dictionary<string, string> { ["MAIN_DB_URL"] = "postgres://x" }
            )
        );
        Assert.Single(
            ManifestSupport.Check(app, RackFeatures.None, new Dictionary<string, string> { ["MAIN_DB_URL"] = " " })
        );
    }

    [Theory]
    [InlineData("startupProbe: {path: /}", "startupProbe")]
    [InlineData("securityContext: {x: 1}", "securityContext")]
    [InlineData("health: {port: 5}", "health.port")]
    [InlineData("scale: {min: 1, max: 3}", "scale.min")]
    [InlineData("volumeOptions: [{azureFiles: {id: a}}]", "volumeOptions.azureFiles")]
    [InlineData("disableHostUsers: true", "disableHostUsers")]
    public void Keys_of_newer_versions_are_never_left_out_in_silence(string body, string key)
    {
        var problems = ManifestSupport.Check(Valid("services:\n  web:\n" + Indent(body)), All);

        Assert.Equal(($"services.web.{key}", 3), (problems[0].Key, problems[0].Line));
    }

    [Fact]
    public void The_combined_problem_has_a_line_for_each()
    {
        var app = Valid("services:\n  web:\n    agent: true\n    privileged: true\n");

        Assert.Equal(
            """
            this rack cannot run the manifest:
            line 3: services.web.agent: agents, one on each node, are not available; use scale: with a count
            line 4: services.web.privileged: privileged processes are not allowed; remove it, or have the rack's operator open the rack for it
            """,
            ManifestProblems.CombineUnsupported(ManifestSupport.Check(app, RackFeatures.None)).Message
        );
    }
}
