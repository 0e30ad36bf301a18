using System.Diagnostics;

namespace Palisade.Driver.Wire;

public sealed partial class ConvoxClient
{
    /// <summary><c>apps</c></summary>
    public async Task<WireApp[]> AppsAsync(CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        return await GetAsync<WireApp[]>("/apps", ct);
    }

    /// <summary><c>apps info</c></summary>
    public async Task<WireApp> AppAsync(string app, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        return await GetAsync<WireApp>($"/apps/{app}", ct);
    }

    /// <summary><c>apps create</c></summary>
    public async Task<WireApp> AppsCreateAsync(string app, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        var created = (await FormAsync("POST", "/apps", Form(("name", app)), ct)).Json<WireApp>();
        await WaitForAppAsync(app, ct);
        return created;
    }

    /// <summary><c>apps delete</c></summary>
    public async Task AppsDeleteAsync(string app, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        (await CallAsync(new("DELETE", $"/apps/{app}"), ct)).OrThrow();
        var (clock, gone) = (Stopwatch.StartNew(), 0);
        await Task.Delay(_rhythm.App, ct);
        while (gone < 2)
        {
            await TickAsync(clock, ct);
            var answer = await CallAsync(new("GET", $"/apps/{app}"), ct);
            gone = answer.Status >= 400 && IsGone(answer.ErrorText) ? gone + 1 : 0;
        }

        static bool IsGone(string text) =>
            text.Contains("no such app", StringComparison.Ordinal)
            || text.Contains("app not found", StringComparison.Ordinal);
    }

    /// <summary><c>apps lock</c> and <c>apps unlock</c></summary>
    public async Task AppsLockAsync(string app, bool locked, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        await FormAsync("PUT", $"/apps/{app}", Form(("lock", locked ? "true" : "false")), ct);
    }

    /// <summary><c>apps cancel</c>: cancels, then makes a copy of the newest release. Gives the copy.</summary>
    public async Task<WireRelease> CancelAsync(string app, CancellationToken ct = default)
    {
        await PreambleAsync(ct);
        (await CallAsync(new("POST", $"/apps/{app}/cancel"), ct)).OrThrow();
        var newest =
            await NewestReleaseAsync(app, ct)
            ?? throw new ConvoxException("the client would crash: the list of releases is empty");
        return (
            await FormAsync(
                "POST",
                $"/apps/{app}/releases",
                Form(
                    ("build", newest.Build ?? ""),
                    ("description", newest.Description ?? ""),
                    ("env", newest.Env ?? "")
                ),
                ct
            )
        ).Json<WireRelease>();
    }

    /// <summary>
    /// <c>logs</c>: the open stream. Without options the server's defaults hold (follow, the last two minutes).
    /// </summary>
    public async Task<ConvoxSocket> LogsAsync(
        string app,
        bool follow = true,
        string? since = null,
        string? filter = null,
        CancellationToken ct = default
    )
    {
        await PreambleAsync(ct);
        var options = Form(("Prefix", "true"));
        if (!follow)
        {
            options["Follow"] = "false";
        }

        if (since is not null)
        {
            options["Since"] = since;
        }

        if (filter is not null)
        {
            options["Filter"] = filter;
        }

        return await SocketAsync($"/apps/{app}/logs", options, ct);
    }

    /// <summary>
    /// WAIT-APP: the first look after two periods; success after two <c>running</c> in a row, failure after two errors
    /// in a row, and once <c>rollback</c> was seen, that look and all later ones count as errors.
    /// </summary>
    public async Task WaitForAppAsync(string app, CancellationToken ct = default)
    {
        var clock = Stopwatch.StartNew();
        var (good, bad, rolledBack) = (0, 0, false);
        var error = "";
        await Task.Delay(_rhythm.App, ct);
        while (good < 2)
        {
            await TickAsync(clock, ct);
            var answer = await CallAsync(new("GET", $"/apps/{app}"), ct);
            var status = answer.Status < 400 ? answer.Json<WireApp>().Status : null;
            rolledBack |= status == "rollback";
            if (status is null || rolledBack)
            {
                (good, bad, error) = (0, bad + 1, rolledBack ? "rollback" : answer.ErrorText);
                if (bad >= 2)
                {
                    throw new ConvoxException(error, answer.Status);
                }
            }
            else
            {
                (good, bad) = (status == "running" ? good + 1 : 0, 0);
            }
        }
    }

    private async Task TickAsync(Stopwatch clock, CancellationToken ct)
    {
        await Task.Delay(_rhythm.App, ct);
        if (clock.Elapsed > _rhythm.AppLimit)
        {
            throw new ConvoxException("timeout");
        }
    }
}
