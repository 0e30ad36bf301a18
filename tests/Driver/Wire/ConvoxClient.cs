namespace Palisade.Driver.Wire;

/// <summary>
/// The official client's commands, with exactly its calls, headers and waiting loops (convox-wire.md 3 and 4). A
/// refusal is a <see cref="ConvoxException"/> with the text that the client prints.
/// </summary>
public sealed partial class ConvoxClient(ConvoxTarget target, CliRhythm? rhythm = null)
{
    private readonly CliRhythm _rhythm = rhythm ?? CliRhythm.Fast;

    public ConvoxTarget Target => target;

    /// <summary>A client of the running server's first administrator, on its local rack.</summary>
    public static ConvoxClient Of(ServerProcess server, CliRhythm? rhythm = null) =>
        new(ConvoxTarget.Of(server), rhythm);

    /// <summary>The same person with another rack chosen.</summary>
    public ConvoxClient On(string rack) => new(target with { Rack = rack }, _rhythm);

    /// <summary>One call, whatever its status.</summary>
    public Task<WireResponse> CallAsync(WireRequest request, CancellationToken ct = default) =>
        GoHttp.SendAsync(target, request, ct);

    /// <summary>A websocket without the call that the client makes before it.</summary>
    public Task<ConvoxSocket> OpenAsync(
        string path,
        IReadOnlyDictionary<string, string>? options = null,
        CancellationToken ct = default
    ) =>
        ConvoxSocket.OpenAsync(
            target,
            new("GET", path) { Options = options ?? new Dictionary<string, string>() },
            _rhythm.Ping,
            ct
        );

    /// <summary><c>login</c></summary>
    public async Task LoginAsync(CancellationToken ct = default)
    {
        var answer = await CallAsync(new("GET", "/auth") { Bound = false, WithSession = false }, ct);
        if (answer.Status >= 400)
        {
            var known = answer.ErrorText.Contains("cli token is expired", StringComparison.Ordinal);
            throw new ConvoxException(known ? answer.ErrorText : "invalid login", answer.Status);
        }
    }

    /// <summary><c>racks</c>: errors look like an empty list, unless they say that the token is expired.</summary>
    public async Task<WireRack[]> RacksAsync(CancellationToken ct = default)
    {
        var answer = await CallAsync(new("GET", "/racks") { Bound = false }, ct);
        return answer.Status < 400 ? answer.Json<WireRack[]>()
            : answer.ErrorText.Contains("cli token is expired", StringComparison.Ordinal)
                ? throw new ConvoxException(answer.ErrorText, answer.Status)
            : [];
    }

    /// <summary><c>rack</c></summary>
    public async Task<WireSystem> SystemAsync(CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        return await GetAsync<WireSystem>("/system", ct);
    }

    /// <summary>Every rack command begins by looking its rack up in the list.</summary>
    private async Task PreambleAsync(CancellationToken ct)
    {
        var racks = await RacksAsync(ct);
        if (target.Rack is { } rack && !racks.Any(r => $"{r.Organization.Name}/{r.Name}" == rack))
        {
            throw new ConvoxException($"no such console rack: {rack}");
        }
    }

    /// <summary>
    /// COMPAT: before each websocket the client asks for the racks once more, bound, and ignores the answer.
    /// </summary>
    private async Task<ConvoxSocket> SocketAsync(
        string path,
        IReadOnlyDictionary<string, string>? options,
        CancellationToken ct
    )
    {
        await CallAsync(new("GET", "/racks"), ct);
        return await OpenAsync(path, options, ct);
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken ct) =>
        (await CallAsync(new("GET", path), ct)).OrThrow().Json<T>();

    private async Task<WireResponse> FormAsync(
        string method,
        string path,
        Dictionary<string, string> form,
        CancellationToken ct
    ) => (await CallAsync(new(method, path) { Form = form }, ct)).OrThrow();

    private Task VersionGateAsync(CancellationToken ct) => GetAsync<WireSystem>("/system", ct);

    private static Dictionary<string, string> Form(params (string Name, string Value)[] fields) =>
        fields.ToDictionary(f => f.Name, f => f.Value);
}
