using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using Palisade.Grains.Racks;
using Palisade.Grains.Users;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>
/// What a person does to an app from its pages: the same operations as the client's. Null: done; otherwise why not.
/// </summary>
internal sealed class AppActions(IGrainFactory grains, Records records, IProviders providers)
{
    /// <summary>Refused when what runs is not what the plan that was shown began from.</summary>
    public async Task<Problem?> PromoteAsync(
        Caller caller,
        ReleasePlan plan,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (await MovedAsync(plan, cancellationToken) is { } moved)
        {
            return moved;
        }

        var app = Grain(plan.App);
        if (!plan.IsRollback)
        {
            return (
                await app.PromoteAsync(caller, new PromoteRelease(plan.Release.Id, false, null), cancellationToken)
            ).Problem;
        }

        // As the client's rollback does it: a new release with the build and the environment of the one that ran.
        var id = plan.Release.Id;
        if (
            !(await app.MaskedEnvironmentAsync(caller, id, cancellationToken)).TryGet(out var kept, out var problem)
            || !(
                await app.CreateReleaseAsync(
                    caller,
                    new CreateRelease
                    {
                        Build = plan.Release.Build,
                        Environment = kept.Text,
                        Description = $"rollback to {id}",
                    },
                    cancellationToken
                )
            ).TryGet(out var made, out problem)
        )
        {
            return problem;
        }

        return (await app.PromoteAsync(caller, new PromoteRelease(made.Id, false, null), cancellationToken)).Problem;
    }

    public async Task<Problem?> CancelAsync(Caller caller, AppRef app, CancellationToken cancellationToken = default) =>
        (await Grain(app).CancelAsync(caller, cancellationToken)).Problem;

    /// <summary>A scale is refused when what runs is not what its plan began from.</summary>
    public async Task<Problem?> CarryOutAsync(
        Caller caller,
        AppSummary app,
        ProcessPlan plan,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(app);
        var grain = Grain(app.Ref);
        switch (plan)
        {
            case ProcessPlan.Scale scale:
                return (
                    await grain.ScaleAsync(caller, scale.Service, scale.Change, scale.Basis, cancellationToken)
                ).Problem;
            case ProcessPlan.Restart restart:
                foreach (var service in restart.Services)
                {
                    if ((await grain.RestartAsync(caller, service.Name, cancellationToken)).Problem is { } problem)
                    {
                        return problem;
                    }
                }

                return null;
            case ProcessPlan.Stop { Process.Id: var process }:
                return await StopAsync(caller, app, process, cancellationToken);
            default:
                throw new InvalidOperationException($"Nothing carries out {plan}.");
        }
    }

    private async Task<Problem?> StopAsync(
        Caller caller,
        AppSummary app,
        string process,
        CancellationToken cancellationToken
    )
    {
        if (
            !providers.Find(app.Rack).TryGet(out var rack, out var problem)
            || !(await Grain(app.Ref).StopProcessAsync(caller, process, cancellationToken)).TryGet(out _, out problem)
        )
        {
            return problem;
        }

        // Recorded: it is carried out even if the reader leaves now.
        return (await rack.StopAsync(app.Ref, app.Row.App.Id, process, CancellationToken.None)).Problem;
    }

    public async Task<Problem?> LockAsync(
        Caller caller,
        AppRef app,
        bool locked,
        CancellationToken cancellationToken = default
    ) => (await Grain(app).UpdateAsync(caller, new UpdateApp(locked, null), cancellationToken)).Problem;

    public async Task<Problem?> DeleteAsync(Caller caller, AppRef app, CancellationToken cancellationToken = default) =>
        (await Grain(app).DeleteAsync(caller, cancellationToken)).Problem;

    /// <summary>Proves the second factor for the session, so that what needs it recently may be done.</summary>
    public async Task<Problem?> ProveAsync(
        Caller caller,
        Sensitive<string> code,
        CancellationToken cancellationToken = default
    ) =>
        (
            await grains
                .GetGrain<IUserGrain>(caller.Principal.Id)
                .ProveSecondFactorAsync(caller with { Org = null }, code, cancellationToken)
        ).Problem;

    public Task<Result<RevealedEnvironment>> RevealAsync(
        Caller caller,
        AppRef app,
        string release,
        CancellationToken cancellationToken = default
    ) => Grain(app).ReadEnvironmentAsync(caller, release, cancellationToken);

    /// <summary>
    /// Sets and removes variables of the environment that was read, as a new release. A key that somebody else changed
    /// meanwhile is a refusal that names it (S20).
    /// </summary>
    public async Task<Result<ReleaseView>> ChangeEnvironmentAsync(
        Caller caller,
        AppRef app,
        EnvironmentEdit edit,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(edit);
        var grain = Grain(app);
        var kept = "";
        if (edit.Release.Length > 0)
        {
            if (
                !(await grain.MaskedEnvironmentAsync(caller, edit.Release, cancellationToken)).TryGet(
                    out var masked,
                    out var problem
                )
            )
            {
                return Result.Fail<ReleaseView>(problem);
            }

            kept = masked.Text.Reveal();
        }
        else if (!(await records.ReleasesAsync(app, 1, cancellationToken)).IsEmpty)
        {
            return new Conflict(AppProblems.EnvironmentMovedCode, "the app has got its first release since you read it")
            {
                Suggestion = "look at what is there now and save again",
            };
        }

        return edit.ApplyTo(kept).TryGet(out var text, out var bad)
            ? await grain.CreateReleaseAsync(
                caller,
                new CreateRelease { Environment = text, Parent = edit.Release.Length > 0 ? edit.Release : null },
                cancellationToken
            )
            : Result.Fail<ReleaseView>(bad);
    }

    private IAppGrain Grain(AppRef app) => grains.GetGrain<IAppGrain>(app.ToString());

    private async Task<Problem?> MovedAsync(ReleasePlan plan, CancellationToken cancellationToken) =>
        await records.AppAsync(plan.App, cancellationToken) is { } now && now.Release != plan.From
            ? new Conflict(
                "plan.stale",
                now.Release.Length == 0
                    ? "nothing runs any more"
                    : $"what runs is {now.Release} now, no longer what this plan began from"
            )
            {
                Suggestion = "read the plan again, it is the new one now",
            }
            : null;
}
