using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;

namespace Palisade.Web.Api;

/// <summary>
/// Access to a process that is named: one's own one-off process is decided by an operation of its own.
/// </summary>
internal sealed class OwnProcess(IGrainFactory grains, IGate gate)
{
    /// <summary>
    /// SECURITY (S18): whose it is say the app's own records. <paramref name="own"/> decides when they name the caller
    /// and it is granted, else <paramref name="any"/>.
    /// </summary>
    public async ValueTask<Operation> ChooseAsync(
        Caller caller,
        AppRef app,
        string process,
        Operation own,
        Operation any,
        CancellationToken cancellationToken
    ) =>
        Ids.IsProcess(process)
        && (await grains.GetGrain<IAppGrain>(app.ToString()).StartedByAsync(process, cancellationToken))
            is { Ok: true, Value.Starter: { } starter }
        && starter.Is(caller.Principal)
        && await gate.AllowsAsync(caller, own, Resource.Of(app), cancellationToken)
            ? own
            : any;

    /// <summary>The same for the process of a path, decided.</summary>
    public static async ValueTask<Result<Done>> RequireAsync(WireRequest request, Operation own, Operation any)
    {
        var chosen = await request
            .Service<OwnProcess>()
            .ChooseAsync(request.Caller, request.App, request.Route("pid"), own, any, request.Aborted);
        return await request.RequireAsync(chosen, Resource.Of(request.App));
    }
}
