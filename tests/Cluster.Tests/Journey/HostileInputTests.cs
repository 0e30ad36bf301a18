using System.Collections.Concurrent;
using Microsoft.AspNetCore.Routing;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>Bad input on the real composition: refused with a clear error, never a 500, and nothing is lost.</summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed partial class HostileInputTests(JourneyServer host)
{
    private const string App = "fort";

    private static readonly string[] BadValues =
    [
        "no-such-thing",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%00",
        "%",
        "%ff%fe",
        "a%0d%0aX-Injected:%20yes",
        "'%22%3E%3Cscript%3E",
        "-1",
        "99999999999999999999",
        new('x', 3_000),
        "a%20b",
        "%2e%2e",
        "$(reboot)",
        "{{.}}",
    ];

    private readonly ConvoxClient _convox = host.Client;

    [Fact]
    public async Task Every_route_refuses_hostile_values_without_an_error_of_ours()
    {
        await host.DeployedAsync(App);
        var before = (await LiveStore.AppAsync(host, App)).Release;
        var (faults, asked) = (new ConcurrentQueue<string>(), 0);
        await Parallel.ForEachAsync(
            Routes().SelectMany(r => Attacks(r.Method, r.Pattern)),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (request, ct) =>
            {
                Interlocked.Increment(ref asked);
                if (await FaultAsync(request, ct) is { } fault)
                {
                    faults.Enqueue(fault);
                }
            }
        );

        Assert.True(asked > 500, $"only {asked} requests were made");
        Assert.True(faults.IsEmpty, $"{faults.Count} of {asked}:\n{string.Join('\n', faults)}");
        Assert.Equal(
            (App, "running", before),
            await _convox.AppAsync(App) is var app ? (app.Name, app.Status, app.Release) : default
        );
        Assert.Equal(200, (await host.GetAsync(host.HostOf(App), "/healthz")).Status);
        Assert.DoesNotContain("unhandled exception", host.Server.Log, StringComparison.OrdinalIgnoreCase);
    }

    public static TheoryData<string, string> Archives =>
        new()
        {
            { "not gzip", "not a gzipped tar" },
            { "cut off", "damaged" },
            { "traversal", "../../evil" },
            { "absolute", "/etc/palisade-evil" },
            { "link out", "out" },
            { "through a link", "link" },
            { "hard link", "/etc/passwd" },
            { "device", "device" },
            { "bomb", "implausibly much" },
            { "huge declared", "" },
        };

    [Theory]
    [MemberData(nameof(Archives))]
    public async Task An_archive_that_means_harm_is_refused_by_the_build(string kind, string told)
    {
        await host.DeployedAsync(App);
        var failure = await Assert.ThrowsAsync<ConvoxException>(() => _convox.BuildAsync(App, Archive(kind)));

        Assert.Equal("build failed", failure.Message);
        Assert.Contains(told, (string)failure.Data["reason"]!, StringComparison.Ordinal);
        Assert.Contains(
            ((string)failure.Data["reason"]!).Split('\n')[0],
            (string)failure.Data["log"]!,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists("/etc/palisade-evil"));
        Assert.Empty(
            Directory.EnumerateFileSystemEntries(
                host.Server.Data,
                "evil*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
            )
        );
    }

    [Theory]
    [InlineData("    domain: \"a b\"\n", "domain")]
    [InlineData("    domain: \"x.example.test\\n  bind :80\"\n", "domain")]
    [InlineData("    domain: 127.0.0.1\n", "domain")]
    [InlineData("    domain: localhost\n", "domain")]
    [InlineData("    domain: web.fort.local.main.localhost\n", "web.fort.local.main.localhost")]
    [InlineData("    domain: console.localhost\n", "console.localhost")]
    [InlineData("    health: \"/x\\r\\nHost: evil\"\n", "health")]
    [InlineData("    health: \"http://169.254.169.254/\"\n", "health")]
    [InlineData("    labels:\n      palisade.app: other\n", "palisade.app")]
    [InlineData("    image: localhost/other-web:latest\n", "image")]
    [InlineData("    image: oci-archive:/etc/passwd\n", "image")]
    [InlineData("    image: \"--privileged\"\n", "image")]
    [InlineData("    volumes:\n      - ../../keys:/keys\n", "volumes")]
    [InlineData("    volumes:\n      - /var/run/docker.sock:/docker.sock\n", "volumes")]
    [InlineData("    privileged: true\n", "privileged")]
    [InlineData("    agent: true\n", "agent")]
    [InlineData("    build: ../..\n", "build")]
    [InlineData("    build:\n      path: .\n      manifest: ../../../etc/passwd\n", "manifest")]
    public async Task A_manifest_that_means_harm_is_refused_by_name(string lines, string told)
    {
        await host.DeployedAsync(App);
        const string Villain = "villain";
        if ((await _convox.CallAsync(new("GET", $"/apps/{Villain}"))).Status == 404)
        {
            await _convox.AppsCreateAsync(Villain);
        }

        var build =
            lines.Contains("image:", StringComparison.Ordinal) || lines.Contains("build:", StringComparison.Ordinal)
                ? ""
                : "    build: .\n";
        using var source = AppSource.Of("web").With("convox.yml", $"services:\n  web:\n{build}    port: 3000\n{lines}");
        var failure = await Assert.ThrowsAsync<ConvoxException>(() => _convox.DeployAsync(Villain, source.Folder));
        var why =
            $"{failure.Message}\n{failure.Data["reason"]}\n{(await LiveStore.AppAsync(host, Villain)).LastFailure}";

        Assert.Contains(told, why, StringComparison.Ordinal);
        await Poll.UntilAsync(
            async () => (await _convox.PsAsync(Villain)).Length == 0,
            TimeSpan.FromMinutes(1),
            "the end of what was refused"
        );
        Assert.Equal(200, (await host.GetAsync(host.HostOf(App), "/healthz")).Status);
    }

    /// <summary>What is wrong with the answer, or null.</summary>
    private async Task<string?> FaultAsync(WireRequest request, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        string told;
        try
        {
            var answer = await _convox.CallAsync(request, limit.Token);
            if (answer.Status is > 0 and < 500 && !answer.Headers.ContainsKey("X-Injected"))
            {
                return null;
            }

            told = $"{answer.Status} {answer.Text}";
        }
        catch (OperationCanceledException)
        {
            told = "no answer";
        }
        catch (IOException e)
        {
            told = e.Message;
        }

        return $"{request.Method} {Cut(request.Path)} {string.Join(',', request.Form?.Keys ?? [])} -> {Cut(told)}";
    }

    private static string Cut(string text) => text.Length > 160 ? text[..160] + "…" : text;
}
