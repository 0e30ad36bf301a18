using Palisade.Domain.Manifest;
using static Palisade.Domain.Tests.Manifest.ManifestTesting;

namespace Palisade.Domain.Tests.Manifest;

public sealed partial class ManifestParserTests
{
    [Fact]
    public void A_full_manifest_reads_into_every_field()
    {
        var app = Valid(Full);

        Assert.Equal(["web", "worker", "job"], app.Services.Select(s => s.Name));
        Assert.Empty(app.Warnings);
        var web = app.Service("web")!;
        Assert.Equal(("web", "docker/Web.Dockerfile"), (web.Build!.Path, web.Build.Manifest));
        Assert.Equal("fast", web.Build.Args["MODE"]);
        Assert.Equal(["bin/web", "--name", "a b"], web.Command.AsEnumerable());
        Assert.Equal(["make", "test"], web.Test.AsEnumerable());
        Assert.Equal(new PortSpec(3000, PortScheme.Https), web.Port);
        Assert.Equal([new(4000, "tcp"), new(5000, "udp"), new(6000, "tcp")], web.Ports.AsEnumerable());
        Assert.Equal(
            [new("LEVEL", "debug"), new("SHARED", null), new("ONE", "1"), new("TWO", null), new("*", null)],
            web.Environment.AsEnumerable()
        );
        Assert.Equal(
            new HealthSpec
            {
                Path = "/check?a=%20b",
                Interval = 10,
                Timeout = 9,
                Grace = 10,
                Disable = false,
            },
            web.Health
        );
        Assert.Equal(
            (2, 4, 512, 1024, 1024, 2048),
            (
                web.Scale.Min,
                web.Scale.Max,
                web.Scale.CpuMillis,
                web.Scale.MemoryMiB,
                web.Scale.CpuLimitMillis,
                web.Scale.MemoryLimitMiB
            )
        );
        Assert.Equal(["www.example.com", "*.example.com"], web.Domains.AsEnumerable());
        Assert.Equal(new DeploymentSpec(0, 150), web.Deployment);
        Assert.Equal((10, 0, 90), (web.DrainSeconds, web.TerminationGraceSeconds, web.TimeoutSeconds));
        Assert.Equal((false, false, true), (web.Init, web.TlsRedirect, web.Sticky));
        Assert.Equal(["team=core", "tier=front"], web.Labels.Select(l => $"{l.Key}={l.Value}"));
        Assert.Equal(
            [new(VolumeKind.Service, "", "/cache"), new(VolumeKind.App, "data", "/var/lib/data")],
            web.Volumes.AsEnumerable()
        );
        Assert.Equal(["10.0.0.0/8", "192.0.2.1/32"], web.Whitelist.AsEnumerable());
        Assert.Equal([new("main-db", null), new("main-db", "OTHER_URL")], web.Resources.AsEnumerable());
        Assert.Equal(("100", "true"), (app.Resources[0].Options["storage"], app.Resources[0].Options["durable"]));
        Assert.Equal("MAIN_DB_URL", app.Resources[0].UrlVariable);
        Assert.Equal("0 3 * * MON-FRI", app.Timers[0].Schedule);
        Assert.Equal([new(80, 4000, "TCP"), new(81, 5000, "TCP")], app.Balancers[0].Ports.AsEnumerable());
        Assert.Equal("1", app.Params["a"]);
    }

    [Fact]
    public void Merges_take_what_the_map_itself_does_not_say()
    {
        var worker = Valid(Full).Service("worker")!;

        Assert.Null(worker.Build);
        Assert.Equal("ghcr.io/acme/worker:1.2", worker.Image!.Canonical);
        Assert.Equal(new PortSpec(80, PortScheme.Http), worker.Port);
        Assert.Equal(["bin/web", "--name", "a b"], worker.Command.AsEnumerable());
        Assert.Equal(new DeploymentSpec(0, 150), worker.Deployment);
        Assert.Empty(worker.Domains);
        Assert.True(worker.Singleton && worker.Internal);
    }

    [Fact]
    public void A_null_service_gets_every_default()
    {
        var job = Valid("services:\n  job:\n").Services[0];

        Assert.Equal((".", "Dockerfile"), (job.Build!.Path, job.Build.Manifest));
        Assert.Null(job.Port);
        Assert.Equal(
            new HealthSpec
            {
                Path = "/",
                Interval = 5,
                Timeout = 4,
                Grace = 5,
                Disable = false,
            },
            job.Health
        );
        Assert.Equal((1, 1, 256, 512), (job.Scale.Min, job.Scale.Max, job.Scale.CpuMillis, job.Scale.MemoryMiB));
        Assert.Equal(new DeploymentSpec(50, 200), job.Deployment);
        Assert.Equal((30, 30, 60), (job.DrainSeconds, job.TerminationGraceSeconds, job.TimeoutSeconds));
        Assert.True(job.Init && job.TlsRedirect);
        Assert.False(
            job.Internal || job.Sticky || job.Singleton || job.Agent || job.Privileged || job.GrpcHealthEnabled
        );
        Assert.Null(job.Liveness);
    }

    [Theory]
    [InlineData("scale: 3", 3, 3)]
    [InlineData("scale: \"2-5\"", 2, 5)]
    [InlineData("scale: 0", 0, 0)]
    [InlineData("scale: {count: {min: 2, max: 6}}", 2, 6)]
    [InlineData("scale: {count: 1-1}", 1, 1)]
    [InlineData("scale: {memory: 64}", 1, 1)]
    public void Scale_reads_each_form(string body, int min, int max)
    {
        var scale = Web(body).Scale;

        Assert.Equal((min, max), (scale.Min, scale.Max));
    }

    [Theory]
    [InlineData("port: 3000", 3000, PortScheme.Http)]
    [InlineData("port: \"3000\"", 3000, PortScheme.Http)]
    [InlineData("port: grpc:50051", 50051, PortScheme.Grpc)]
    [InlineData("port: {port: 443, scheme: https}", 443, PortScheme.Https)]
    public void Port_reads_each_form(string body, int number, PortScheme scheme) =>
        Assert.Equal(new PortSpec(number, scheme), Web(body).Port);

    [Theory]
    [InlineData("agent: true")]
    [InlineData("singleton: true")]
    public void Agents_and_singletons_deploy_one_by_one(string body)
    {
        Assert.Equal(new DeploymentSpec(0, 100), Web(body).Deployment);
    }

    [Fact]
    public void Sizes_default_to_limits_and_to_nothing_with_a_gpu()
    {
        var limited = Web("scale:\n  limit: {cpu: 100, memory: 64}").Scale;
        var gpu = Web("scale: {gpu: 1}").Scale;

        Assert.Equal((100, 64), (limited.CpuMillis, limited.MemoryMiB));
        Assert.Equal((0, 0, new GpuSpec(1, "nvidia")), (gpu.CpuMillis, gpu.MemoryMiB, gpu.Gpu!));
    }

    [Fact]
    public void Interpolation_fills_in_values_and_nothing_for_unset_names()
    {
        var report = ManifestParser.ParseAll(
            "services:\n  web: # ${NOTE}\n    command: run ${A}${B} $HOME\n    port: ${PORT}\n",
            new Dictionary<string, string> { ["A"] = "one", ["PORT"] = "80" }
        );

        Assert.Equal(["run", "one", "$HOME"], report.Manifest!.Services[0].Command.AsEnumerable());
        Assert.Equal(80, report.Manifest.Services[0].Port!.Value.Number);
        Assert.Equal(
            [
                "line 3: no value for B, nothing is put in its place; set the variable, or write $NAME for the shell to fill in",
            ],
            report.Warnings.Where(w => w.Line == 3).Select(w => w.Text)
        );
    }

    [Fact]
    public void A_byte_order_mark_carriage_returns_and_an_empty_second_document_do_no_harm()
    {
        var app = Valid("\ufeffservices:\r\n  web:\r\n    port: 80\r\n---\r\n");

        Assert.Equal(new ManifestPlace(3, 5), app.PlaceOf("services.web.port"));
    }
}
