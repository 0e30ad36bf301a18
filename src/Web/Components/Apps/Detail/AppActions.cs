using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Grains.Users;
using Palisade.Web.Api;
using Palisade.Web.Auth;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>
/// What a person does to an app from its pages: the same operations as the client's. Null: done; otherwise why not.
/// </summary>
internal sealed class AppActions(
    IGrainFactory grains,
    Records records,
    OwnProcess own,
    PageRacks racks,
    IGate gate,
    Policies policies,
    RequestRates rates
)
{
    /// <summary>Refused when what runs is not what the plan that was shown began from.</summary>
    public async Task<Problem?> PromoteAsync(
        Caller caller,
        ReleasePlan plan,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        var (app, release) = (Grain(plan.App), plan.Release.Id);
        return plan.IsRollback
            ? await TakeReleaseAsync(caller, Operations.ReleaseRollback, plan.App, cancellationToken)
                ?? (await app.RollBackAsync(caller, release, plan.From, cancellationToken)).Problem
            : (
                await app.PromoteAsync(caller, new PromoteRelease(release, false, null, plan.From), cancellationToken)
            ).Problem;
    }

    public async Task<Problem?> CancelAsync(
        Caller caller,
        AppRef app,
        string rollout,
        CancellationToken cancellationToken = default
    ) => (await Grain(app).CancelAsync(caller, rollout, cancellationToken)).Problem;

    /// <summary>A scale or a restart is refused when what runs is not what its plan began from.</summary>
    public async Task<Problem?> CarryOutAsync(
        Caller caller,
        AppSummary app,
        ProcessPlan plan,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(plan);
        var grain = Grain(app.Ref);
        switch (plan)
        {
            case ProcessPlan.Scale { Service: var service } scale:
                var from = ScaleBasis.Of(plan.From, service);
                return (await grain.ScaleAsync(caller, service, scale.Change, from, cancellationToken)).Problem;
            case ProcessPlan.Restart restart:
                return (await grain.RestartAsync(caller, restart.Service, plan.From, cancellationToken)).Problem;
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
        // As the grain decides it.
        var (mine, any) = (Operations.ProcessRunStop, Operations.ProcessStop);
        var operation = await own.ChooseAsync(caller, app.Ref, process, mine, any, cancellationToken);
        var resource = Resource.Of(app.Ref);
        if (
            !(await racks.LiveAsync(caller, operation, resource, app.Rack, cancellationToken)).TryGet(
                out var rack,
                out var problem
            ) || !(await Grain(app.Ref).StopProcessAsync(caller, process, cancellationToken)).TryGet(out _, out problem)
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

        if (!edit.ApplyTo(kept).TryGet(out var text, out var bad))
        {
            return Result.Fail<ReleaseView>(bad);
        }

        return await TakeReleaseAsync(caller, Operations.AppEnvSet, app, cancellationToken) is { } refusal
            ? Result.Fail<ReleaseView>(refusal)
            : await grain.CreateReleaseAsync(
                caller,
                new CreateRelease { Environment = text, Parent = edit.Release.Length > 0 ? edit.Release : null },
                cancellationToken
            );
    }

    /// <summary>
    /// S08: one of the releases that the app may get in a minute. SECURITY: what nobody may make takes none.
    /// </summary>
    private async Task<Problem?> TakeReleaseAsync(
        Caller caller,
        Operation operation,
        AppRef app,
        CancellationToken cancellationToken
    )
    {
        if ((await gate.AuthorizeAsync(caller, operation, Resource.Of(app), cancellationToken)).Problem is { } refusal)
        {
            return refusal;
        }

        var (org, _) = await policies.OrgAsync(app.Org, cancellationToken);
        return rates.RefusalOfRelease(null, app, org.Quotas);
    }

    private IAppGrain Grain(AppRef app) => grains.GetGrain<IAppGrain>(app.ToString());
}
