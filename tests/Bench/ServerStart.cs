using System.Diagnostics;
using System.Globalization;
using System.Net;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>From the start of the process to ready on an existing data folder, over a bare Kestrel process that answers one route.</summary>
internal sealed class ServerStart : IBench
{
    public string Name => "server.start";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        // The first start makes keys and the first user: it is not what is measured.
        await using var server = await ServerProcess.StartAsync(ct: ct);
        await server.StopAsync();
        var measured = await Rounds.InterleavedAsync(
            async token =>
            {
                var milliseconds = await Rounds.MillisecondsAsync(server.StartAgainAsync, token);
                await server.StopAsync();
                return milliseconds;
            },
            BareStartAsync,
            ct: ct);
        return BenchResult.Of(Name, "ms", measured, Goal.ExtraAtMost(2000));
    }

    private static async Task<double> BareStartAsync(CancellationToken ct)
    {
        var port = FreePort.Next();
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(ServerStart).Assembly.Location, BareKestrel.Switch, port.ToString(CultureInfo.InvariantCulture) },
        }) ?? throw new InvalidOperationException("dotnet did not start.");
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://{IPAddress.Loopback}:{port}") };
            await Poll.UntilAsync(
                async () => (await http.GetAsync(new Uri("/", UriKind.Relative), ct)).IsSuccessStatusCode,
                TimeSpan.FromSeconds(30), "an answer of the bare Kestrel process", TimeSpan.FromMilliseconds(25), ct);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
