using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>
/// A release may speak TLS where the one before it does not, and be asked for its health elsewhere: both serve until
/// the older one is gone.
/// </summary>
[Collection(ResilienceGroup.Name)]
[Trait("Category", "Load")]
public sealed class ChangedPortTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_promote_from_http_to_https_or_to_another_health_path_loses_no_request()
    {
        using var source = SampleApp.Make("", "#!/bin/sh\nexec haproxy -f /haproxy.cfg", "COPY rootfs /");
        AddHaproxy(source.Folder);
        await using var server = await ServerProcess.StartAsync();
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        Change(source.Folder, "http", "/up");
        var first = await client.DeployAsync("web", source.Folder);
        var host = (await client.ServicesAsync("web")).Single().Domain!;
        await using var load = new SteadyLoad(server.RouterPort, host);
        await load.MoreAsync(200);
        var releases = new List<string> { first.ReleaseId };

        foreach (var (scheme, health) in new[] { ("https", "/up"), ("https", "/health?deep=1"), ("http", "/healthz") })
        {
            load.Mark($"{scheme} {health}");
            Change(source.Folder, scheme, health);
            releases.Add((await client.DeployAsync("web", source.Folder)).ReleaseId);
            await SettledAsync(server, load);
        }

        load.Mark("rollback to https");
        releases.Add(await client.RollbackAsync("web", releases[2]));
        await SettledAsync(server, load);

        await load.StopAsync();
        output.WriteLine($"{load}");
        load.AssertNoneLost();
        Assert.Equal(releases.Order(), load.Answers.Keys.Order());
    }

    private static async Task SettledAsync(ServerProcess server, SteadyLoad load)
    {
        load.Mark("reported");
        await Poll.UntilAsync(
            () => Machine.Of(server).Containers().Count == 2,
            TimeSpan.FromMinutes(3),
            "exactly 2 containers",
            TimeSpan.FromMilliseconds(250)
        );
        load.Mark("settled");
        await load.MoreAsync(200);
        await load.PromisedAsync();
    }

    /// <summary>
    /// What the next deploy speaks and where it is healthy; anywhere but there and <c>/</c> it answers 404.
    /// </summary>
    private static void Change(string folder, string scheme, string health)
    {
        File.WriteAllText(
            Path.Combine(folder, "convox.yml"),
            $"""
            services:
              web:
                build: .
                port: {scheme}:3000
                health: {health}
                deployment:
                  drain: 20
                scale:
                  count: 2
                  cpu: 500
                  memory: 128
            """
        );
        File.WriteAllText(
            Path.Combine(folder, "rootfs", "haproxy.cfg"),
            $$"""
            defaults
                mode http
                timeout client 30s
                timeout http-keep-alive 30s
            frontend all
                bind :3000 {{(scheme == "https" ? "ssl crt /web.pem" : "")}}
                http-request return status 200 content-type text/plain string ok if { pathq {{health}} }
                http-request return status 200 content-type text/plain lf-string "%[env(RELEASE)]\n" if { path / }
                http-request return status 404

            """
        );
    }

    /// <summary>HAProxy with its libraries, as a server that speaks both; the image has no registry's base.</summary>
    private static void AddHaproxy(string folder)
    {
        var root = Path.Combine(folder, "rootfs");
        var libraries = Output("ldd", "/usr/sbin/haproxy")
            .Split('\n')
            .SelectMany(line => line.Split(' ', '\t'))
            .Where(word => word.StartsWith('/'));
        foreach (var file in libraries)
        {
            var to = root + file;
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
        }

        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.Copy("/usr/sbin/haproxy", Path.Combine(root, "bin", "haproxy"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=web", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        File.WriteAllText(
            Path.Combine(root, "web.pem"),
            $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"
        );
    }

    private static string Output(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
