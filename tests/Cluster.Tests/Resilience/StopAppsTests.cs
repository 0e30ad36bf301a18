using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>What <c>./dev clean</c> runs ends what a data folder has on the machine, and keeps what is in it.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class StopAppsTests
{
    [Fact]
    public async Task S01_ending_the_apps_keeps_the_data_and_asks_for_no_port()
    {
        await using var server = await ServerProcess.StartAsync();
        using var source = SampleApp.Web(
            more: """
                volumes:
                  - /data
            """,
            start: "#!/bin/sh\necho \"$GREETING\" >> /data/starts\n"
                + SampleApp.WebStart[(SampleApp.WebStart.IndexOf('\n') + 1)..]
        );
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        await client.DeployAsync("web", source.Folder);
        await client.EnvSetAsync("web", new Dictionary<string, string> { ["GREETING"] = "still" });
        var host = (await client.ServicesAsync("web")).Single().Domain!;
        var release = (await client.AppAsync("web")).Release;
        await server.StopAsync();
        var kept = Kept(server);
        var said = server.Log.Length;
        using var other = TakeDefaultPort();

        Assert.Equal(0, await server.StopAppsAsync());

        Assert.DoesNotContain(" ERR ", server.Log[said..], StringComparison.Ordinal);
        Machine.Of(server).AssertNothingLeft();
        Assert.Equal(kept, Kept(server));
        await server.StartAgainAsync();
        await Poll.UntilAsync(
            async () => await server.AskAsync(host) == (200, release),
            TimeSpan.FromMinutes(2),
            "the app after the next start"
        );
        Assert.Equal("still", (await client.EnvAsync("web"))["GREETING"]);
    }

    /// <summary>Whoever ends apps does not say on which port they were; the default one may be another's.</summary>
    private static TcpListener TakeDefaultPort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 8080);
        try
        {
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // It is another's already.
        }

        return listener;
    }

    /// <summary>
    /// What is in the folder and would be missed. The database and the logs are written to until they are closed: what
    /// they hold is asked for after the next start.
    /// </summary>
    private static string[] Kept(ServerProcess server) =>
        [
            .. new[]
            {
                Path.Combine(server.Data, "keys"),
                Path.Combine(server.Data, "objects"),
                Path.Combine(Machine.Of(server).Folder, "volumes"),
            }
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                .Append(Path.Combine(server.Data, "first-run.json"))
                .Order()
                .Select(file => $"{file} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}"),
        ];
}
