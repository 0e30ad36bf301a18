using System.Security.Cryptography;
using System.Text.Json;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Router;

/// <summary>Making HAProxy follow a model.</summary>
public sealed partial class RouterHost
{
    private async Task<Result<Done>> ApplyLockedAsync(RouterModel desired, CancellationToken ct)
    {
        var model = WithDrains(desired);
        var rendered = HaproxyConfig.Render(model, _options.User, await CertificatePrintAsync(model, ct));
        if (!rendered.TryGet(out var files, out var problem))
        {
            return problem;
        }

        var names = model.Backends.SelectMany(b => b.Servers.Select(s => (b.Key, s.Name))).ToHashSet();
        _draining.RemoveWhere(drained => !names.Contains(drained));
        if (!_process.IsAlive)
        {
            return await ReplaceAsync(model, files, () => ColdStartAsync(files, ct), ct);
        }

        var info = await _client.AskAsync("show info", ct);
        if (!info.Ok || RouterTables.Field(info.Value, "description") != files.Fingerprint)
        {
            return await ReplaceAsync(model, files, () => ReloadAsync(model, files, ct), ct);
        }

        // The disk is slower than HAProxy, and traffic need not wait for what only the next start reads: an owner that
        // ends between the two finds the earlier model and puts the difference right.
        var written = WriteFilesAsync(model, files, ct);
        var changed = await ChangeAsync(model, files, ct);
        await written;
        if (changed.Ok)
        {
            return changed;
        }

        LogFallback(changed.Problem.Message);
        return await ReplaceAsync(model, files, () => ReloadAsync(model, files, ct), ct);
    }

    /// <summary>
    /// Checks a configuration beside the good one, puts it in its place, loads it, and puts the old one back when that
    /// fails.
    /// </summary>
    private async Task<Result<Done>> ReplaceAsync(
        RouterModel model,
        RouterFiles files,
        Func<Task<Result<Done>>> load,
        CancellationToken ct
    )
    {
        var before = (
            Config: await _folder.ReadAsync(RouterFolder.ConfigFile, ct),
            Hosts: await _folder.ReadAsync(RouterFolder.HostMapFile, ct),
            Checks: await _folder.ReadAsync(RouterFolder.CheckMapFile, ct),
            Model: await _folder.ReadAsync(RouterFolder.ModelFile, ct)
        );
        if (before.Hosts is null)
        {
            await _folder.WriteAsync(RouterFolder.HostMapFile, files.HostMap, ct);
        }

        if (before.Checks is null)
        {
            await _folder.WriteAsync(RouterFolder.CheckMapFile, files.CheckMap, ct);
        }

        await _folder.WriteAsync(RouterFolder.CandidateFile, files.Config, ct);
        var check = await _process.CheckAsync(RouterFolder.CandidateFile, ct);
        _folder.Delete(RouterFolder.CandidateFile);
        if (!check.Ok)
        {
            LogRefused(check.Problem.Message);
            return check;
        }

        var previous = _model;
        await WriteFilesAsync(model, files, ct);
        var loaded = await load();
        if (loaded.Ok)
        {
            return loaded;
        }

        var problem = await WithTakenAsync(loaded.Problem, model, ct);
        if (before.Config is null)
        {
            return problem;
        }

        LogRestored(problem.Message);
        await _folder.WriteAsync(RouterFolder.ConfigFile, before.Config, CancellationToken.None);
        await _folder.WriteAsync(RouterFolder.HostMapFile, before.Hosts ?? "", CancellationToken.None);
        await _folder.WriteAsync(RouterFolder.CheckMapFile, before.Checks ?? "", CancellationToken.None);
        await _folder.WriteAsync(RouterFolder.ModelFile, before.Model ?? "null", CancellationToken.None);
        _model = previous;
        await ReturnAsync(ct);
        return problem;
    }

    private async Task WriteFilesAsync(RouterModel model, RouterFiles files, CancellationToken ct)
    {
        await _folder.WriteIfChangedAsync(RouterFolder.ConfigFile, files.Config, ct);
        await _folder.WriteIfChangedAsync(RouterFolder.HostMapFile, files.HostMap, ct);
        await _folder.WriteIfChangedAsync(RouterFolder.CheckMapFile, files.CheckMap, ct);
        await _folder.WriteIfChangedAsync(RouterFolder.ModelFile, JsonSerializer.Serialize(model), ct);
        _model = model;
    }

    private RouterModel WithDrains(RouterModel model) =>
        model.Backends.IsDefault || _draining.Count == 0
            ? model
            : model with
            {
                Backends =
                [
                    .. model.Backends.Select(backend =>
                        backend is null || backend.Servers.IsDefault
                            ? backend!
                            : backend with
                            {
                                Servers =
                                [
                                    .. backend.Servers.Select(server =>
                                        server is not null && _draining.Contains((backend.Key, server.Name))
                                            ? server with
                                            {
                                                Draining = true,
                                            }
                                            : server!
                                    ),
                                ],
                            }
                    ),
                ],
            };

    private async Task<string?> CertificatePrintAsync(RouterModel model, CancellationToken ct) =>
        !model.TlsBinds.IsDefaultOrEmpty && File.Exists(_folder.PathOf(RouterFolder.CertificateFile))
            ? Convert.ToHexStringLower(
                SHA256.HashData(await File.ReadAllBytesAsync(_folder.PathOf(RouterFolder.CertificateFile), ct))
            )
            : null;
}
