using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Router;

/// <summary>Servers and host names at run time.</summary>
public sealed partial class RouterHost
{
    // A payload must fit HAProxy's buffer (tune.bufsize, 16 KiB) with its command.
    private const int MapChunk = 8 * 1024;

    private static readonly string[] Deleted = ["Server deleted", "No such server"];

    // INVARIANT: what a server is asked is known before the server is.
    private async Task<Result<Done>> ChangeAsync(RouterModel model, RouterFiles files, CancellationToken ct)
    {
        // HAProxy knows a map that its configuration names only.
        var changed = model.Backends.Any(backend => backend.CheckTimeoutSeconds is not null)
            ? await ChangeMapAsync(RouterFolder.CheckMapFile, files.CheckMap, ct)
            : new Done();
        changed = changed.Ok ? await ChangeServersAsync(model, ct) : changed;
        return changed.Ok ? await ChangeMapAsync(RouterFolder.HostMapFile, files.HostMap, ct) : changed;
    }

    // Workers that finish after a reload are left alone: HAProxy 2.6 refuses every change of a server there ("Proxy is
    // disabled"), and a server added as enabled gets no request. DrainAsync waits for them instead.
    private async Task<Result<Done>> ChangeServersAsync(RouterModel model, CancellationToken ct) =>
        await ProcessesAsync(ct) is { Current: { } current }
            ? await ChangeServersAsync(current, model, ct)
            : new Unavailable("router.unreachable", "The router's master does not answer");

    private async Task<Result<Done>> ChangeServersAsync(int worker, RouterModel model, CancellationToken ct)
    {
        var answer = await _client.AskWorkerAsync(worker, "show servers state", ct);
        if (!answer.TryGet(out var table, out var problem))
        {
            return problem;
        }

        var present = RouterTables
            .ReadSlots(table)
            .ToDictionary(row => (row.Slot.Backend, row.Slot.Server), row => row.Slot);
        foreach (var backend in model.Backends)
        {
            foreach (var server in backend.Servers)
            {
                present.Remove((HaproxyConfig.BackendName(backend.Key), server.Name), out var slot);
                var changed = await PutAsync(worker, backend, server, slot, ct);
                if (!changed.Ok)
                {
                    return changed;
                }
            }
        }

        foreach (var (name, slot) in present.Select(pair => ($"{pair.Key.Backend}/{pair.Key.Server}", pair.Value)))
        {
            var stopped = slot.InMaintenance
                ? new Done()
                : await _client.TellWorkerAsync(worker, $"set server {name} state maint", ct);
            if (!stopped.Ok)
            {
                return stopped;
            }

            // Refused while it has sessions; the watch tries again.
            await _client.AskWorkerAsync(worker, $"del server {name}", ct);
        }

        return new Done();
    }

    private async Task<Result<Done>> PutAsync(
        int worker,
        RouterBackend backend,
        RouterServer server,
        RouterTables.Slot? slot,
        CancellationToken ct
    )
    {
        var name = $"{HaproxyConfig.BackendName(backend.Key)}/{server.Name}";
        var commands = new List<string>();
        if (slot is not null && (slot.Address != server.Address || slot.Port != server.Port))
        {
            var gone = await _client.TellWorkerAsync(worker, $"set server {name} state maint", ct);
            gone = gone.Ok ? await _client.TellWorkerAsync(worker, $"del server {name}", ct, Deleted) : gone;
            if (!gone.Ok)
            {
                return gone;
            }

            slot = null;
        }

        if (slot is null)
        {
            commands.Add(Add(backend, server));
            commands.AddRange(EnableChecks(backend, server, name));
            if (!server.Draining)
            {
                commands.Add($"enable server {name}");
            }
        }
        else if (server.Draining && slot.TakesRequests)
        {
            commands.Add($"set server {name} state drain");
        }
        else if (!server.Draining && !slot.TakesRequests)
        {
            // Checks too: an owner that died between adding a server and enabling it left it without.
            commands.AddRange(EnableChecks(backend, server, name));
            commands.Add($"set server {name} state ready");
        }

        return commands.Count == 0
            ? new Done()
            : await _client.TellWorkerAsync(worker, commands, ct, "New server registered");
    }

    /// <summary>Replaces one of the worker's maps in one step when it differs.</summary>
    private async Task<Result<Done>> ChangeMapAsync(string map, string desired, CancellationToken ct)
    {
        var answer = await _client.AskAsync($"show map {map}", ct);
        if (!answer.TryGet(out var table, out var problem))
        {
            return problem;
        }

        if (RouterTables.ReadMap(table) == desired)
        {
            return new Done();
        }

        var prepared = await _client.AskAsync($"prepare map {map}", ct);
        var mark = prepared.Ok ? prepared.Value.LastIndexOf(':') : -1;
        if (
            mark < 0
            || !int.TryParse(prepared.Value[(mark + 1)..].Trim(), CultureInfo.InvariantCulture, out var version)
        )
        {
            return prepared.Problem
                ?? new Conflict("router.refused", "The router did not open a new version of its map");
        }

        foreach (var chunk in Chunks(desired))
        {
            var added = await _client.TellAsync($"add map @{version} {map}", ct, chunk);
            if (!added.Ok)
            {
                return added;
            }
        }

        return await _client.TellAsync($"commit map @{version} {map}", ct);
    }

    private async Task DeleteLeftoversAsync(RouterModel model, CancellationToken ct)
    {
        var answer = await _client.AskAsync("show servers state", ct);
        if (!answer.Ok)
        {
            return;
        }

        var wanted = model
            .Backends.SelectMany(backend =>
                backend.Servers.Select(server => (HaproxyConfig.BackendName(backend.Key), server.Name))
            )
            .ToHashSet();
        var leftovers = RouterTables
            .ReadSlots(answer.Value)
            .Select(row => row.Slot)
            .Where(slot => slot.InMaintenance && !wanted.Contains((slot.Backend, slot.Server)));
        foreach (var slot in leftovers)
        {
            await _client.AskAsync($"del server {slot.Backend}/{slot.Server}", ct);
        }
    }

    private static string Add(RouterBackend backend, RouterServer server) =>
        $"add server {HaproxyConfig.BackendName(backend.Key)}/{server.Name} {HaproxyConfig.EndPoint(server.Address, server.Port)} "
        + HaproxyConfig.ServerOptions(backend, server);

    private static IEnumerable<string> EnableChecks(RouterBackend backend, RouterServer server, string name) =>
        HaproxyConfig.IsChecked(backend, server) ? [$"enable health {name}"] : [];

    private static IEnumerable<string> Chunks(string lines)
    {
        var chunk = new System.Text.StringBuilder();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (chunk.Length + line.Length >= MapChunk)
            {
                yield return chunk.ToString();
                chunk.Clear();
            }

            chunk.Append(line).Append('\n');
        }

        if (chunk.Length > 0)
        {
            yield return chunk.ToString();
        }
    }
}
