using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using Palisade.Web.Auth;
using Palisade.Web.Hosting;

namespace Palisade.Web.Streams;

/// <summary>
/// Looks again and again whether an open stream's credential, membership and rights still hold (S29).
/// </summary>
internal sealed class RightsWatch(
    Authenticator authenticator,
    IGate gate,
    IOptions<WebOptions> options,
    TimeProvider time
)
{
    /// <summary>
    /// Completes with the reason when they no longer hold, or with null when <paramref name="stop"/> fires. An error
    /// while looking is a loss too (S14).
    /// </summary>
    public async Task<Problem?> LostAsync(WireRequest request, CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(options.Value.RecheckStreams, time);
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (await LookAsync(request, stop) is { } lost)
                {
                    return lost;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Unavailable(
                "stream.rights_unknown",
                "your rights to this stream could not be checked again, so it was ended"
            );
        }

        return null;
    }

    private async Task<Problem?> LookAsync(WireRequest request, CancellationToken stop)
    {
        var identity = await authenticator.RecheckAsync(request.Who, request.Context.Connection.RemoteIpAddress, stop);
        if (!identity.TryGet(out var who, out var problem))
        {
            return problem;
        }

        var org = request.Caller.Org!;
        if (!who.Organizations.Contains(org))
        {
            return new Forbidden(
                "stream.membership_ended",
                $"you are no longer a member of {org}, so this stream was ended"
            );
        }

        var (operation, resource) = request.Decided;
        return await gate.AllowsAsync(
            request.Caller with
            {
                HasSecondFactor = who.HasSecondFactor,
            },
            operation,
            resource,
            stop
        )
            ? null
            : new Forbidden(
                "stream.rights_ended",
                $"you are no longer allowed {operation.Name} on {resource.Display}, so this stream was ended"
            );
    }
}
