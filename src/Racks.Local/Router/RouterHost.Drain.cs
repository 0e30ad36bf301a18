using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Router;

/// <summary>Taking servers out, and what servers are doing.</summary>
public sealed partial class RouterHost
{
    /// <summary>
    /// Sends a server no new requests, waits until its last session has ended or <paramref name="limit"/> has passed
    /// (and, just after a reload, whatever the limit, until no idle connection of the retired worker can ask it: at
    /// most <see cref="HaproxyConfig.IdleLimit"/> and a second), then closes what is left and puts it in maintenance.
    /// It stays out, through reloads and restarts, until a model leaves it out (which deletes it) or
    /// <see cref="RestoreAsync"/>. <paramref name="withdrawn"/> is told when it gets no new requests. Problems:
    /// <c>router.no_server</c>, <c>router.unreachable</c>.
    /// </summary>
    public async Task<Result<DrainOutcome>> DrainAsync(
        string backend,
        string server,
        TimeSpan limit,
        CancellationToken ct,
        Action? withdrawn = null
    )
    {
        var marked = await MarkAsync(backend, server, drain: true, ct);
        if (!marked.Ok)
        {
            return Result.Fail<DrainOutcome>(marked.Problem);
        }

        withdrawn?.Invoke();

        var start = _time.GetTimestamp();
        var sessions = await SessionsAsync(backend, server, ct);
        while ((sessions > 0 && _time.GetElapsedTime(start) < limit) || await OlderWorkersMayAskAsync(ct))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), _time, ct);
            sessions = await SessionsAsync(backend, server, ct);
        }

        var name = $"{HaproxyConfig.BackendName(backend)}/{server}";
        var processes = await ProcessesAsync(ct);
        if (processes?.Current is { } current)
        {
            await _client.AskWorkerAsync(current, $"set server {name} state maint", ct);
            if (sessions > 0)
            {
                // What an older worker still has ends with the process itself: HAProxy 2.6 takes no such command there.
                await _client.AskWorkerAsync(current, $"shutdown sessions server {name}", ct);
            }
        }

        return new DrainOutcome(sessions);
    }

    /// <summary>Takes a drain back: the server gets requests again. Problems: as <see cref="DrainAsync"/>.</summary>
    public Task<Result<Done>> RestoreAsync(string backend, string server, CancellationToken ct) =>
        MarkAsync(backend, server, drain: false, ct);

    /// <summary>Sessions in progress on a server, in every worker; 0 for a server that nobody knows.</summary>
    public async Task<long> SessionsAsync(string backend, string server, CancellationToken ct)
    {
        CheckTokens(backend, server);
        long sessions = 0;
        foreach (var row in await StatisticsAsync($"show stat {HaproxyConfig.BackendName(backend)} 4 -1", ct))
        {
            sessions += row["svname"] == server ? Number(row, "scur") : 0;
        }

        return sessions;
    }

    /// <summary>Every server of the current worker; empty when the router does not answer.</summary>
    public async Task<ImmutableArray<ServerStatus>> StatusAsync(CancellationToken ct)
    {
        var answer = await _client.AskAsync("show stat -1 4 -1", ct);
        if (!answer.Ok)
        {
            return [];
        }

        var sessions = (await StatisticsAsync("show stat -1 4 -1", ct)).ToLookup(
            row => (row["pxname"], row["svname"]),
            row => Number(row, "scur")
        );
        return
        [
            .. RouterTables
                .ReadStatistics(answer.Value)
                .Select(row => new ServerStatus(row["pxname"][2..], row["svname"], StateOf(row["status"]))
                {
                    Sessions = sessions[(row["pxname"], row["svname"])].Sum(),
                    Checked = row["check_status"].TrimStart('*', ' ') is not ("" or "INI"),
                    LastCheck = CheckText(row),
                }),
        ];
    }

    // INVARIANT: a worker that a reload has retired knows only the servers of its time, and a client's idle connection
    // to it may bring one more request until the keep-alive timeout; a server that it knows must not go before.
    private async Task<bool> OlderWorkersMayAskAsync(CancellationToken ct) =>
        _reloaded is { } reloaded
        && _time.GetElapsedTime(reloaded) < HaproxyConfig.IdleLimit + TimeSpan.FromSeconds(1)
        && await ProcessesAsync(ct) is { Old.IsEmpty: false };

    private static void CheckTokens(string backend, string server)
    {
        if (!RouterGrammar.IsToken(backend) || !RouterGrammar.IsToken(server))
        {
            throw new ArgumentException("That is not a server's name.");
        }
    }

    private static long Number(IReadOnlyDictionary<string, string> row, string name) =>
        long.TryParse(row[name], CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static ServerState StateOf(string status) =>
        status.Split(' ')[0] switch
        {
            "DRAIN" => ServerState.Draining,
            "MAINT" => ServerState.Maintenance,
            "DOWN" or "NOLB" => ServerState.Down,
            _ => ServerState.Up,
        };

    private static string CheckText(IReadOnlyDictionary<string, string> row)
    {
        var status = row["check_status"].TrimStart('*', ' ');
        return status is "" or "INI"
            ? ""
            : string.Join(' ', new[] { status, row["check_code"], row["last_chk"] }.Where(part => part.Length > 0));
    }

    private async Task<Result<Done>> MarkAsync(string backend, string server, bool drain, CancellationToken ct)
    {
        CheckTokens(backend, server);
        await _gate.WaitAsync(ct);
        try
        {
            if (_model?.Backends.FirstOrDefault(b => b.Key == backend)?.Servers.Any(s => s.Name == server) is not true)
            {
                return new NotFound("router.no_server", $"The router has no process {server} in {backend}");
            }

            _ = drain ? _draining.Add((backend, server)) : _draining.Remove((backend, server));
            return await ApplyLockedAsync(
                _model with
                {
                    Backends =
                    [
                        .. _model.Backends.Select(b =>
                            b.Key != backend
                                ? b
                                : b with
                                {
                                    Servers =
                                    [
                                        .. b.Servers.Select(s => s.Name == server ? s with { Draining = drain } : s),
                                    ],
                                }
                        ),
                    ],
                },
                ct
            );
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<List<IReadOnlyDictionary<string, string>>> StatisticsAsync(string command, CancellationToken ct)
    {
        var rows = new List<IReadOnlyDictionary<string, string>>();
        var processes = await ProcessesAsync(ct);
        foreach (var worker in processes?.All ?? [])
        {
            // A worker that has just ended has no sessions, and one that never knew the backend answers without rows.
            var answer = await _client.AskWorkerAsync(worker, command, ct);
            rows.AddRange(answer.Ok ? RouterTables.ReadStatistics(answer.Value) : []);
        }

        return rows;
    }
}
