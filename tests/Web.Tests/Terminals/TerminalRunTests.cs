using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Palisade.Web.Terminals;

namespace Palisade.Web.Tests.Terminals;

/// <summary>What a page sends to a command that reads nothing.</summary>
public sealed class TerminalRunTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _ended = new();
    private TcpClient _client = null!;
    private TcpClient _server = null!;
    private WebSocket _page = null!;
    private TerminalSocket _socket = null!;

    public async Task InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _client = new TcpClient();
        await _client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        _server = await listener.AcceptTcpClientAsync();
        _page = WebSocket.CreateFromStream(_client.GetStream(), new WebSocketCreationOptions());
        _socket = new(
            WebSocket.CreateFromStream(_server.GetStream(), new WebSocketCreationOptions { IsServer = true })
        );
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _page.Dispose();
        _socket.Dispose();
        _client.Dispose();
        _server.Dispose();
        _ended.Dispose();
    }

    [Theory]
    [InlineData(0, 40_000)]
    [InlineData(1, 40_000)]
    [InlineData(64 * 1024, 40)]
    public async Task More_than_is_kept_for_it_ends_it_however_small_the_pieces(int size, int pieces)
    {
        var run = new TerminalRun(_socket, _ended);
        var reading = run.ReadAsync();

        await SendAsync(size, pieces);

        await reading.WaitAsync(Patience);
        Assert.Equal("terminal.input_not_read", run.Fault?.Code);
        Assert.True(_ended.IsCancellationRequested);
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(64 * 1024, 20)]
    public async Task What_is_kept_for_it_waits_until_the_page_leaves(int size, int pieces)
    {
        var run = new TerminalRun(_socket, _ended);
        var reading = run.ReadAsync();

        await SendAsync(size, pieces);
        await _page.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);

        await reading.WaitAsync(Patience);
        Assert.Null(run.Fault);
        Assert.True(run.Left);
    }

    private async Task SendAsync(int size, int pieces)
    {
        var piece = new byte[size];
        for (var i = 0; i < pieces && !_ended.IsCancellationRequested; i++)
        {
            await _page.SendAsync(piece, WebSocketMessageType.Binary, true, default).WaitAsync(Patience);
        }
    }
}
