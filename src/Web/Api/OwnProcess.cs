using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;

namespace Palisade.Web.Api;

/// <summary>
/// Access to a process that the path names: one's own one-off process is decided by an operation of its own.
/// </summary>
internal static class OwnProcess
{
    /// <summary>
    /// SECURITY (S18): whose it is say the app's own records. <paramref name="own"/> decides when they name the caller
    /// and it is granted, else <paramref name="any"/>.
    /// </summary>
    public static async ValueTask<Result<Done>> RequireAsync(WireRequest request, Operation own, Operation any)
    {
        var (process, resource) = (request.Route("pid"), Resource.Of(request.App));
        var isOwn =
            Ids.IsProcess(process)
            && (await AppsApi.Grain(request).StartedByAsync(process, request.Aborted))
                is { Ok: true, Value.Starter: { } starter }
            && starter.Is(request.Caller.Principal)
            && await request.Service<IGate>().AllowsAsync(request.Caller, own, resource, request.Aborted);
        return await request.RequireAsync(isOwn ? own : any, resource);
    }
}
