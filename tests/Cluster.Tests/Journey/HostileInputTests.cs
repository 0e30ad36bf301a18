using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Palisade.Web.Hosting;
using ServerOptions = Palisade.Web.Hosting.ServerOptions;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>Bad input on the real composition: refused with a clear error, never a 500, and nothing is lost.</summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class HostileInputTests(JourneyServer host)
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

    /// <summary>Every route that the server maps, with its methods, by the server's own table.</summary>
    private static IEnumerable<(string Method, string Pattern)> Routes()
    {
        var folder = Directory.CreateTempSubdirectory("routes").FullName;
        try
        {
            using var app = (IDisposable)PalisadeServer.Build(new ServerOptions { DataDirectory = folder });
            return
            [
                .. ((IEndpointRouteBuilder)app)
                    .DataSources.SelectMany(s => s.Endpoints)
                    .OfType<RouteEndpoint>()
                    .SelectMany(e =>
                        (e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(m =>
                            (m, e.RoutePattern.RawText ?? "/")
                        )
                    )
                    .Where(r => !r.Item2.StartsWith("/_", StringComparison.Ordinal))
                    .Distinct()
                    .OrderBy(r => r.Item2, StringComparer.Ordinal),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<WireRequest> Attacks(string method, string pattern)
    {
        var names = System
            .Text.RegularExpressions.Regex.Matches(pattern, @"\{\**([a-z]+)[^}]*\}")
            .Select(m => m.Value)
            .ToArray();
        foreach (var i in Enumerable.Range(0, names.Length == 0 ? 1 : BadValues.Length))
        {
            // The real app with the rest hostile; where the app is all there is, only hostile ones, for DELETE would be
            // heard.
            var path = names.Aggregate(
                pattern,
                (p, name) =>
                    p.Replace(
                        name,
                        name == "{app}" && names.Length > 1
                            ? App
                            : BadValues[(i + Array.IndexOf(names, name)) % BadValues.Length],
                        StringComparison.Ordinal
                    )
            );
            yield return new WireRequest(method, path)
            {
                Form = method is "GET" or "DELETE" or "HEAD" ? null : new Dictionary<string, string>(),
            };
        }

        var known = pattern.Replace("{app}", App, StringComparison.Ordinal);
        if (known.Contains('{', StringComparison.Ordinal) || (method == "DELETE" && pattern == "/apps/{app}"))
        {
            known = names.Aggregate(pattern, (p, name) => p.Replace(name, "none", StringComparison.Ordinal));
        }

        yield return new WireRequest(method, known) { Body = [0, 1, 2, 0xFF, 0xFE, (byte)'=', (byte)'&', (byte)'%'] };
        yield return new WireRequest(
            method,
            known + "?limit=many&start=never&all=perhaps&file=..&limit=-1&prefix=%00&service=%ff"
        );
        yield return new WireRequest(method, known)
        {
            Options = new Dictionary<string, string>
            {
                ["Since"] = "yesterday",
                ["Follow"] = "perhaps",
                ["Command"] = "'",
                ["Tty"] = "?",
                ["Height"] = "tall",
                ["Cpu"] = "-1",
            },
        };
        if (method is "POST" or "PUT")
        {
            yield return new WireRequest(method, known)
            {
                Form = new[]
                {
                    "name",
                    "lock",
                    "parameters",
                    "url",
                    "manifest",
                    "build-args",
                    "build",
                    "description",
                    "env",
                    "force",
                    "timeout",
                    "count",
                    "cpu",
                    "memory",
                    "version",
                    "type",
                    "id",
                }.ToDictionary(f => f, _ => "\0\r\n%zz;=&\u0001../" + new string('é', 40)),
            };
        }

        if (method == "POST" && pattern is "/apps" or "/apps/{app}/releases" or "/apps/{app}/builds")
        {
            yield return new WireRequest(method, known)
            {
                Form = new Dictionary<string, string> { ["name"] = new string('n', 5 << 20) },
            };
        }
    }

    private static byte[] Archive(string kind)
    {
        byte[] packed = kind switch
        {
            "not gzip" => Encoding.UTF8.GetBytes(new string('x', 5_000)),
            "traversal" => Tar(
                new PaxTarEntry(TarEntryType.RegularFile, "../../evil") { DataStream = new MemoryStream([1]) }
            ),
            "absolute" => Tar(
                new PaxTarEntry(TarEntryType.RegularFile, "/etc/palisade-evil") { DataStream = new MemoryStream([1]) }
            ),
            "link out" => Tar(new PaxTarEntry(TarEntryType.SymbolicLink, "evil") { LinkName = "/etc" }),
            "through a link" => Tar(
                new PaxTarEntry(TarEntryType.Directory, "d"),
                new PaxTarEntry(TarEntryType.SymbolicLink, "evil") { LinkName = "d" },
                new PaxTarEntry(TarEntryType.RegularFile, "evil/f") { DataStream = new MemoryStream([1]) }
            ),
            "hard link" => Tar(new PaxTarEntry(TarEntryType.HardLink, "evil") { LinkName = "/etc/passwd" }),
            "device" => Tar(new PaxTarEntry(TarEntryType.BlockDevice, "evil") { DeviceMajor = 8, DeviceMinor = 0 }),
            "bomb" => Tar(
                new PaxTarEntry(TarEntryType.RegularFile, "evil-zeros")
                {
                    DataStream = new MemoryStream(new byte[200 << 20]),
                }
            ),
            "cut off" => SourceOf("web"),
            "huge declared" => Declared(),
            _ => throw new ArgumentException($"no archive is {kind}", nameof(kind)),
        };
        return kind == "cut off" ? packed[..(packed.Length / 2)] : packed;
    }

    /// <summary>A header that promises 900 GiB, and nothing behind it.</summary>
    private static byte[] Declared()
    {
        var tar = new byte[1536];
        Encoding.ASCII.GetBytes("evil-promise").CopyTo(tar, 0);
        Encoding.ASCII.GetBytes("0000644\00000000\00000000\0").CopyTo(tar, 100);
        // GNU base-256 size.
        new byte[] { 0x80, 0, 0, 0, 0, 0, 0, 0xE1, 0, 0, 0, 0 }.CopyTo(tar, 124);
        Encoding.ASCII.GetBytes("00000000000\0").CopyTo(tar, 136);
        Encoding.ASCII.GetBytes("        0").CopyTo(tar, 148);
        Encoding.ASCII.GetBytes("ustar\000").CopyTo(tar, 257);
        var sum = tar.AsSpan(0, 512).ToArray().Sum(b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(tar, 148);
        return Gzip(tar);
    }

    private static byte[] SourceOf(string app)
    {
        using var source = AppSource.Of(app);
        return SourceArchive.Pack(source.Folder);
    }

    private static byte[] Tar(params TarEntry[] entries)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return Gzip(tar.ToArray());
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    private static string Cut(string text) => text.Length > 160 ? text[..160] + "…" : text;
}
