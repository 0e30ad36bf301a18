using Palisade.Domain.Kernel;
using Palisade.Grains.Users;

namespace Palisade.Web.Live;

/// <summary>Proves the second factor for the session of a page, so that what needs it recently may be done.</summary>
internal sealed class SecondFactorProof(IGrainFactory grains)
{
    /// <summary>Problems: <c>factor.wrong</c>, <c>signin.throttled</c>.</summary>
    public async Task<Problem?> GiveAsync(
        Caller caller,
        Sensitive<string> code,
        CancellationToken cancellationToken = default
    ) =>
        (
            await grains
                .GetGrain<IUserGrain>(caller.Principal.Id)
                .ProveSecondFactorAsync(caller with { Org = null }, code, cancellationToken)
        ).Problem;
}
