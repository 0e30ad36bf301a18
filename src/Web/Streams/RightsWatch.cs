using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
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
    /// What takes longer is taken for no answer: a node that is cut off from the database would wait for minutes, while
    /// others acknowledge revocations. With the time between two looks it is 5 s (S29).
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Completes with the reason when they no longer hold, or with null when <paramref name="stop"/> fires. An error
    /// while looking is a loss too (S14), and so is no answer.
    /// </summary>
    /// <param name="rights">What was decided last; null while nothing is, when nothing flows either.</param>
    /// <param name="stop">Ends the watch.</param>
    public async Task<Problem?> LostAsync(Func<WatchedRights?> rights, CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(options.Value.RecheckStreams, time);
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (
                    rights() is { } decided
                    && await LookAsync(decided, stop).WaitAsync(Patience, time, stop) is { } lost
                )
                {
                    return lost;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // Whatever it is: rights that nobody knows are none.
        catch (Exception)
#pragma warning restore CA1031
        {
            return new Unavailable(
                "stream.rights_unknown",
                "your rights to this stream could not be checked again, so it was ended"
            );
        }

        return null;
    }

    /// <summary>The same; what they were for is ended when they no longer hold.</summary>
    public async Task<Problem?> EndAsync(
        Func<WatchedRights?> rights,
        CancellationTokenSource ended,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(ended);
        var lost = await LostAsync(rights, stop);
        if (lost is not null)
        {
            await ended.CancelAsync();
        }

        return lost;
    }

    /// <summary>Why they do not hold any more; null when they do.</summary>
    public async Task<Problem?> LookAsync(WatchedRights rights, CancellationToken stop)
    {
        var identity = await authenticator.RecheckAsync(rights.TokenHash, rights.Token, rights.Address, stop);
        if (!identity.TryGet(out var who, out var problem))
        {
            return problem;
        }

        var (caller, operation, resource) = (rights.Caller, rights.Operation, rights.Resource);
        if (!who.Principal.Is(caller.Principal))
        {
            return new Forbidden("stream.not_yours", "the credential speaks for somebody else now");
        }

        var org = caller.Org!;
        if (!who.Organizations.Contains(org))
        {
            return new Forbidden(
                "stream.membership_ended",
                $"you are no longer a member of {org}, so this stream was ended"
            );
        }

        return await gate.AllowsAsync(caller with { HasSecondFactor = who.HasSecondFactor }, operation, resource, stop)
            ? null
            : new Forbidden(
                "stream.rights_ended",
                $"you are no longer allowed {operation.Name} on {resource.Display}, so this stream was ended"
            );
    }
}
