using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class DiskStopperTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("palisade-stopper-").FullName;

    [Fact]
    public async Task A_process_that_does_not_end_when_it_is_killed_is_told_as_that()
    {
        var path = Path.Combine(_root, "engine.sock");
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        engine.Bind(new UnixDomainSocketEndPoint(path));
        engine.Listen();
        using var end = new CancellationTokenSource();
        var serving = KillsButNeverEndsAsync(engine, end.Token);
        using var client = new DockerClient(path, TimeProvider.System);
        var stopper = new DiskStopper(
            client,
            new RackFolder(_root),
            _ => Task.CompletedTask,
            new NoEvents(),
            new HastyTime()
        );

        var failure = await Assert.ThrowsAsync<TimeoutException>(() =>
            stopper.StopAsync(SomeContainer.Of("stuck"), "it has written too much", default)
        );

        Assert.Contains(SomeContainer.Of("stuck").Labels.ProcessId, failure.Message, StringComparison.Ordinal);
        Assert.Contains("has not ended within 10 s", failure.Message, StringComparison.Ordinal);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>An engine that takes the signal, and a process that doesn't.</summary>
    private static async Task KillsButNeverEndsAsync(Socket engine, CancellationToken end)
    {
        var open = new List<Socket>();
        try
        {
            while (true)
            {
                var connection = await engine.AcceptAsync(end);
                open.Add(connection);
                var buffer = new byte[16 * 1024];
                var request = Encoding.ASCII.GetString(buffer, 0, await connection.ReceiveAsync(buffer, end));
                if (request.Contains("/kill", StringComparison.Ordinal))
                {
                    await connection.SendAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), end);
                    connection.Shutdown(SocketShutdown.Both);
                }
            }
        }
        finally
        {
            open.ForEach(connection => connection.Dispose());
        }
    }

    private sealed class NoEvents : IRackEvents
    {
        public ValueTask LogAsync(
            AppRef app,
            string source,
            ImmutableArray<ProcessLogLine> lines,
            CancellationToken cancellationToken = default
        ) => ValueTask.CompletedTask;

        public ValueTask LogAsync(RackRef rack, string text, CancellationToken cancellationToken = default) =>
            ValueTask.CompletedTask;

        public Task<string?> LogCursorAsync(AppRef app, string source, CancellationToken cancellationToken = default) =>
            Task.FromResult<string?>(null);

        public Task<bool> DriftAsync(AppRef app, string reason, CancellationToken cancellationToken = default) =>
            Task.FromResult(true);
    }
}
