using System.Security.Cryptography;
using System.Text;

namespace Palisade.Driver.Wire;

public sealed partial class ConvoxClient
{
    /// <summary><c>build</c> of a folder.</summary>
    public Task<BuildResult> BuildAsync(
        string app,
        string folder,
        BuildOptions? options = null,
        CancellationToken ct = default
    ) => BuildAsync(app, SourceArchive.Pack(folder), options, ct);

    /// <summary><c>build</c> of an archive as it would be uploaded, however bad it is.</summary>
    public async Task<BuildResult> BuildAsync(
        string app,
        byte[] archive,
        BuildOptions? options = null,
        CancellationToken ct = default
    )
    {
        await PreambleAsync(ct);
        await VersionGateAsync(ct);
        var key = $"tmp/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(15))}.tgz";
        var uploaded = (await CallAsync(new("POST", $"/apps/{app}/objects/{key}") { Body = archive }, ct))
            .OrThrow()
            .Json<WireObject>();
        var build = (
            await FormAsync("POST", $"/apps/{app}/builds", (options ?? new()).ToForm(uploaded.Url), ct)
        ).Json<WireBuild>();

        // COMPAT: later paths use the app that the answer names.
        var path = $"/apps/{build.App}/builds/{build.Id}";
        var first = await BuildLogAsync(path, ct);
        while ((build = await GetAsync<WireBuild>(path, ct)).Status == "running")
        {
            await Task.Delay(_rhythm.Build, ct);
        }

        var second = await BuildLogAsync(path, ct);
        var log = Encoding.UTF8.GetString([.. first, .. second.AsSpan(Math.Min(first.Length, second.Length))]);
        return build.Status == "failed"
            ? throw new ConvoxException("build failed")
            {
                Data =
                {
                    ["log"] = log,
                    ["build"] = build.Id,
                    ["reason"] = build.Reason,
                },
            }
            : new(build.Id, build.Release ?? "", log);
    }

    /// <summary><c>builds logs</c></summary>
    public async Task<string> BuildLogsAsync(string app, string build, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        return Encoding.UTF8.GetString(await BuildLogAsync($"/apps/{app}/builds/{build}", ct));
    }

    /// <summary><c>builds</c></summary>
    public async Task<WireBuild[]> BuildsAsync(string app, int? limit = null, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        return await GetAsync<WireBuild[]>($"/apps/{app}/builds?{(limit is null ? "" : $"limit={limit}")}", ct);
    }

    /// <summary><c>deploy</c></summary>
    public async Task<BuildResult> DeployAsync(
        string app,
        string folder,
        BuildOptions? options = null,
        bool force = false,
        CancellationToken ct = default
    )
    {
        var built = await BuildAsync(app, folder, options, ct);
        await PromoteCoreAsync(app, built.ReleaseId, force, ct);
        return built;
    }

    /// <summary><c>releases promote</c>: of the newest release when no id is given.</summary>
    public async Task PromoteAsync(
        string app,
        string? release = null,
        bool force = false,
        CancellationToken ct = default
    )
    {
        await PreambleAsync(ct);
        release ??=
            (await GetAsync<WireRelease[]>($"/apps/{app}/releases?limit=1", ct)).FirstOrDefault()?.Id
            ?? throw new ConvoxException("no releases to promote");
        await PromoteCoreAsync(app, release, force, ct);
    }

    /// <summary><c>releases rollback</c>: a copy of an earlier release is made and promoted. Gives its id.</summary>
    public async Task<string> RollbackAsync(string app, string release, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        var earlier = await GetAsync<WireRelease>($"/apps/{app}/releases/{release}", ct);
        var copy = (
            await FormAsync(
                "POST",
                $"/apps/{app}/releases",
                Form(("build", earlier.Build ?? ""), ("env", earlier.Env ?? "")),
                ct
            )
        ).Json<WireRelease>();
        await FormAsync("POST", $"/apps/{app}/releases/{copy.Id}/promote", [], ct);
        await WaitWithLogsAsync(app, ct);
        await MustRunAsync(app, copy.Id, ct);
        return copy.Id;
    }

    /// <summary><c>releases</c></summary>
    public async Task<WireRelease[]> ReleasesAsync(string app, int? limit = null, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        await GetAsync<WireApp>($"/apps/{app}", ct);
        return await GetAsync<WireRelease[]>($"/apps/{app}/releases?{(limit is null ? "" : $"limit={limit}")}", ct);
    }

    /// <summary><c>env</c></summary>
    public async Task<SortedDictionary<string, string>> EnvAsync(string app, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        return ParseEnv((await NewestReleaseAsync(app, ct))?.Env ?? "");
    }

    /// <summary>
    /// <c>env set</c>: reads all, writes all, unless <paramref name="replace"/>. Gives the new release's id.
    /// </summary>
    public async Task<string> EnvSetAsync(
        string app,
        IReadOnlyDictionary<string, string> values,
        bool replace = false,
        bool promote = false,
        CancellationToken ct = default
    )
    {
        await PreambleAsync(ct);
        var env = replace ? new(StringComparer.Ordinal) : ParseEnv((await NewestReleaseAsync(app, ct))?.Env ?? "");
        foreach (var (name, value) in values)
        {
            env[name] = value;
        }

        return await WriteEnvAsync(app, env, promote, ct);
    }

    /// <summary><c>env unset</c></summary>
    public async Task<string> EnvUnsetAsync(
        string app,
        IReadOnlyList<string> names,
        bool promote = false,
        CancellationToken ct = default
    )
    {
        await PreambleAsync(ct);
        var env = ParseEnv((await NewestReleaseAsync(app, ct))?.Env ?? "");
        foreach (var name in names)
        {
            env.Remove(name);
        }

        return await WriteEnvAsync(app, env, promote, ct);
    }

    private async Task<string> WriteEnvAsync(
        string app,
        SortedDictionary<string, string> env,
        bool promote,
        CancellationToken ct
    )
    {
        await VersionGateAsync(ct);
        var lines = env.Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal);
        var release = (
            await FormAsync("POST", $"/apps/{app}/releases", Form(("env", string.Join('\n', lines))), ct)
        ).Json<WireRelease>();
        if (promote)
        {
            await PromoteCoreAsync(app, release.Id, force: false, ct);
        }

        return release.Id;
    }

    private async Task<WireRelease?> NewestReleaseAsync(string app, CancellationToken ct)
    {
        var newest = (await GetAsync<WireRelease[]>($"/apps/{app}/releases?limit=1", ct)).FirstOrDefault();
        return newest is null ? null : await GetAsync<WireRelease>($"/apps/{app}/releases/{newest.Id}", ct);
    }

    private async Task PromoteCoreAsync(string app, string release, bool force, CancellationToken ct)
    {
        if (release.Length == 0)
        {
            throw new ConvoxException("no release to promote");
        }

        if ((await GetAsync<WireApp>($"/apps/{app}", ct)).Status != "running" && !force)
        {
            await WaitForAppAsync(app, ct);
        }

        await FormAsync(
            "POST",
            $"/apps/{app}/releases/{release}/promote",
            Form(("force", force ? "true" : "false")),
            ct
        );
        await WaitWithLogsAsync(app, ct);
        await MustRunAsync(app, release, ct);
    }

    private async Task MustRunAsync(string app, string release, CancellationToken ct)
    {
        if ((await GetAsync<WireApp>($"/apps/{app}", ct)).Release != release)
        {
            throw new ConvoxException("rollback");
        }
    }

    /// <summary>
    /// COMPAT: the log copy stops at the first piece with an ANSI sequence when stdout is no terminal (8.1, first
    /// defect).
    /// </summary>
    private async Task<byte[]> BuildLogAsync(string path, CancellationToken ct)
    {
        await using var socket = await SocketAsync(path + "/logs", null, ct);
        using var log = new MemoryStream();
        while (await socket.ReadAsync(ct) is { } piece)
        {
            log.Write(piece);
            if (piece.AsSpan().IndexOf("\e["u8) >= 0)
            {
                break;
            }
        }

        return log.ToArray();
    }

    private static SortedDictionary<string, string> ParseEnv(string text)
    {
        var env = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var cut = line.IndexOf('=', StringComparison.Ordinal);
            if (cut > 0 && line[..cut].Trim() is { Length: > 0 } name)
            {
                env[name] = line[(cut + 1)..].TrimEnd('\r');
            }
        }

        return env;
    }
}
