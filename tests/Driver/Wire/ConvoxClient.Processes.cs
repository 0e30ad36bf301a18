using System.Globalization;

namespace Palisade.Driver.Wire;

public sealed partial class ConvoxClient
{
    /// <summary><c>ps</c></summary>
    public async Task<WireProcess[]> PsAsync(string app, string? service = null, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        return await GetAsync<WireProcess[]>(
            $"/apps/{app}/processes?{(service is null ? "" : $"service={service}")}",
            ct
        );
    }

    /// <summary><c>ps stop</c></summary>
    public async Task PsStopAsync(string app, string process, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        (await CallAsync(new("DELETE", $"/apps/{app}/processes/{process}"), ct)).OrThrow();
    }

    /// <summary><c>services</c></summary>
    public async Task<WireService[]> ServicesAsync(string app, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        await VersionGateAsync(ct);
        return await GetAsync<WireService[]>($"/apps/{app}/services", ct);
    }

    /// <summary><c>restart</c> of one service</summary>
    public async Task RestartAsync(string app, string service, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        (await CallAsync(new("POST", $"/apps/{app}/services/{service}/restart"), ct)).OrThrow();
    }

    /// <summary><c>scale</c></summary>
    public async Task ScaleAsync(
        string app,
        string service,
        int? count = null,
        int? cpu = null,
        int? memory = null,
        CancellationToken ct = default
    )
    {
        await PreambleAsync(ct);
        await VersionGateAsync(ct);
        var form = new Dictionary<string, string>();
        foreach (var (name, value) in new[] { ("count", count), ("cpu", cpu), ("memory", memory) })
        {
            if (value is { } number)
            {
                form[name] = number.ToString(CultureInfo.InvariantCulture);
            }
        }

        await FormAsync("PUT", $"/apps/{app}/services/{service}", form, ct);
        await WaitWithLogsAsync(app, ct);
    }

    /// <summary><c>exec</c> in a process, or in one of a service. No terminal, as when stdin is not one.</summary>
    public async Task<ExecResult> ExecAsync(
        string app,
        string process,
        string command,
        ReadOnlyMemory<byte> input = default,
        CancellationToken ct = default
    )
    {
        await PreambleAsync(ct);
        return await ExecCoreAsync(app, process, Form(("Command", command), ("Tty", "false")), input, ct);
    }

    /// <summary>
    /// <c>run</c>, attached: starts an idle process, waits for it, runs the command in it, and stops it.
    /// </summary>
    public async Task<ExecResult> RunAsync(
        string app,
        string service,
        string command,
        ReadOnlyMemory<byte> input = default,
        CancellationToken ct = default
    )
    {
        await PreambleAsync(ct);
        await VersionGateAsync(ct);
        var process = await StartProcessAsync(app, service, "sleep 3600", ct);
        await WaitForProcessAsync(app, process.Id, ct);
        var result = await ExecCoreAsync(
            app,
            process.Id,
            Form(("Command", command), ("Entrypoint", "true"), ("Tty", "false")),
            input,
            ct
        );
        (await CallAsync(new("DELETE", $"/apps/{app}/processes/{process.Id}"), ct)).OrThrow();
        return result;
    }

    /// <summary><c>run -d</c>. Gives the process id.</summary>
    public async Task<string> RunDetachedAsync(
        string app,
        string service,
        string command,
        CancellationToken ct = default
    )
    {
        await PreambleAsync(ct);
        await VersionGateAsync(ct);
        return (await StartProcessAsync(app, service, command, ct)).Id;
    }

    private async Task<WireProcess> StartProcessAsync(string app, string service, string command, CancellationToken ct)
    {
        var request = new WireRequest("POST", $"/apps/{app}/services/{service}/processes")
        {
            Options = Form(("Command", command)),
        };
        return (await CallAsync(request, ct)).OrThrow().Json<WireProcess>();
    }

    private async Task<ExecResult> ExecCoreAsync(
        string app,
        string process,
        Dictionary<string, string> options,
        ReadOnlyMemory<byte> input,
        CancellationToken ct
    )
    {
        await using var socket = await SocketAsync($"/apps/{app}/processes/{process}/exec", options, ct);
        var sending = SendInputAsync(socket, input, ct);
        var marker = new ExitMarker();
        while (await socket.ReadAsync(ct) is { } piece)
        {
            marker.Take(piece);
        }

        await sending;
        return new(marker.ExitCode, marker.WasSent, marker.Output, socket.EndedBy);
    }

    private static async Task SendInputAsync(ConvoxSocket socket, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        try
        {
            await socket.SendAsync(input, ct);
            await socket.SendEndAsync(ct);
        }
        catch (IOException)
        {
            // The command may end before it has read its input.
        }
    }
}
