using System.Diagnostics;
using System.Text;

namespace Palisade.Driver.Wire;

/// <summary>Waits as the official client does, with the system's log beside them.</summary>
public sealed partial class ConvoxClient
{
    /// <summary>WAIT-PROC: two <c>running</c> in a row, within five minutes.</summary>
    private async Task WaitForProcessAsync(string app, string process, CancellationToken ct)
    {
        var (clock, good) = (Stopwatch.StartNew(), 0);
        while (good < 2)
        {
            await Task.Delay(_rhythm.Process, ct);
            good =
                (await GetAsync<WireProcess>($"/apps/{app}/processes/{process}", ct)).Status == "running"
                    ? good + 1
                    : 0;
            if (clock.Elapsed > TimeSpan.FromMinutes(5))
            {
                throw new ConvoxException("timeout");
            }
        }
    }

    /// <summary>WAIT-APP-LOGS: the wait, while the app's log stream is read, and opened again when it ends.</summary>
    private async Task WaitWithLogsAsync(string app, CancellationToken ct)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var following = FollowSystemLogAsync(app, done.Token);
        try
        {
            await WaitForAppAsync(app, ct);
        }
        finally
        {
            await done.CancelAsync();
            await following;
        }
    }

    private async Task FollowSystemLogAsync(string app, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await using var socket = await SocketAsync(
                    $"/apps/{app}/logs",
                    Form(("Prefix", "true"), ("Since", "5s")),
                    ct
                );
                while (await socket.ReadAsync(ct) is { } piece)
                {
                    Remember(Encoding.UTF8.GetString(piece));
                }

                await Task.Delay(_rhythm.Build, ct);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ConvoxException or IOException)
        {
            // The wait is over; or the handshake failed, which ends the loop for good.
        }
    }

    /// <summary>What the last wait printed: lines whose second word begins with <c>system/</c>.</summary>
    public IReadOnlyList<string> SystemLines
    {
        get
        {
            lock (_systemLines)
            {
                return [.. _systemLines];
            }
        }
    }

    private readonly List<string> _systemLines = [];

    private void Remember(string text)
    {
        lock (_systemLines)
        {
            _systemLines.AddRange(
                text.Split('\n')
                    .Where(line =>
                        line.Split(' ') is { Length: >= 3 } parts
                        && parts[1].StartsWith("system/", StringComparison.Ordinal)
                    )
            );
        }
    }
}
