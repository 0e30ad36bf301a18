using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Palisade.Racks.Local.Engine;

public sealed partial class DockerClient
{
    /// <summary>Prepares a command in a running container; 409 when it does not run. Gives the exec's id.</summary>
    public async Task<string> CreateExecAsync(string container, ExecSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var body = new JsonObject
        {
            ["AttachStdin"] = spec.Stdin,
            ["AttachStdout"] = true,
            ["AttachStderr"] = true,
            ["Tty"] = spec.Tty,
            ["Cmd"] = new JsonArray([.. spec.Command.Select(c => (JsonNode)c)]),
            ["Env"] = new JsonArray([.. spec.Environment.Select(e => (JsonNode)$"{e.Key}={e.Value}")]),
        };
        if (spec.WorkingDirectory is { } directory)
        {
            body["WorkingDir"] = directory;
        }

        var answer = await PostAsync<JsonObject>($"containers/{Escape(container)}/exec", body, cancellationToken)
            .ConfigureAwait(false);
        return (string?)answer["Id"] ?? throw new EngineException(200, "The container engine named no exec.");
    }

    /// <summary>Starts a prepared command and gives its streams, which end when the command does.</summary>
    public Task<ExecStream> StartExecAsync(string exec, bool tty, CancellationToken cancellationToken) =>
        HijackAsync(
            $"exec/{Escape(exec)}/start",
            $$"""{"Detach":false,"Tty":{{(tty ? "true" : "false")}}}""",
            tty,
            cancellationToken
        );

    /// <summary>Attaches to a container's own streams; do it before its start to miss nothing.</summary>
    public Task<ExecStream> AttachAsync(string container, bool tty, bool stdin, CancellationToken cancellationToken) =>
        HijackAsync(
            $"containers/{Escape(container)}/attach?stream=true&stdout=true&stderr=true&stdin={(stdin ? "true" : "false")}",
            "",
            tty,
            cancellationToken
        );

    /// <summary>Sets the size of an exec's terminal, in characters.</summary>
    public Task ResizeExecAsync(string exec, int width, int height, CancellationToken cancellationToken) =>
        CallAsync(Post, $"exec/{Escape(exec)}/resize?w={width}&h={height}", cancellationToken);

    /// <summary>Sets the size of a container's terminal, in characters.</summary>
    public Task ResizeAsync(string container, int width, int height, CancellationToken cancellationToken) =>
        CallAsync(Post, $"containers/{Escape(container)}/resize?w={width}&h={height}", cancellationToken);

    /// <summary>Whether an exec runs, and its exit code once it has ended.</summary>
    public async Task<ExecInspect> InspectExecAsync(string exec, CancellationToken cancellationToken) =>
        await GetAsync<ExecInspect>($"exec/{Escape(exec)}/json", cancellationToken).ConfigureAwait(false);

    // HttpClient does not give a connection away in both directions, so these calls write their own request.
    private async Task<ExecStream> HijackAsync(string path, string body, bool tty, CancellationToken cancellationToken)
    {
        Socket socket;
        try
        {
            socket = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new EngineException(0, $"The container engine does not answer on {SocketPath}.", e);
        }

        var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            using var timer = new CancellationTokenSource(DefaultLimit, _time);
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
            var request =
                $"POST /{Api}/{path} HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request), limited.Token).ConfigureAwait(false);
            var (status, reason) = await ReadHeadAsync(stream, limited.Token).ConfigureAwait(false);
            return status is 101 or 200 ? new(socket, stream, tty) : throw new EngineException(status, reason);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new EngineException(0, "The container engine closed the connection.", e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new TimeoutException($"The container engine did not answer within {DefaultLimit.TotalSeconds} s.");
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads up to the empty line byte by byte, since what follows belongs to the command.</summary>
    private static async Task<(int Status, string Reason)> ReadHeadAsync(
        Stream stream,
        CancellationToken cancellationToken
    )
    {
        var head = new List<byte>(256);
        var one = new byte[1];
        while (head.Count < 16384 && !(head.Count >= 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n'))
        {
            if (await stream.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 0)
            {
                throw new EngineException(0, "The container engine closed the connection.");
            }

            head.Add(one[0]);
        }

        var text = Encoding.Latin1.GetString([.. head]);
        var words = text.Split(' ', 3);
        var status = words.Length > 1 && int.TryParse(words[1], out var number) ? number : 0;
        if (status is 101 or 200)
        {
            return (status, "");
        }

        var rest = new byte[4096];
        var length = await stream.ReadAsync(rest, cancellationToken).ConfigureAwait(false);
        var start = Array.IndexOf(rest, (byte)'{', 0, length);
        var end = Array.LastIndexOf(rest, (byte)'}', Math.Max(0, length - 1));
        return (
            status,
            start >= 0 && end > start
                ? Reason(Encoding.UTF8.GetString(rest, start, end - start + 1), "exec")
                : "exec was refused"
        );
    }
}
