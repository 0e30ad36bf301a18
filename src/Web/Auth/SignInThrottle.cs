using System.Net;
using Microsoft.Extensions.Options;
using Palisade.Grains.Access;
using Palisade.Web.Hosting;

namespace Palisade.Web.Auth;

/// <summary>
/// Counts refused sign-ins per address (per /64 of IPv6, S32). Good credentials are never held back: tokens are 256
/// random bits, so guessing is no threat; what is bounded is the work and the records that floods cause.
/// </summary>
internal sealed class SignInThrottle(IOptions<WebOptions> options, TimeProvider time)
{
    private readonly TokenBuckets _buckets = new(
        options.Value.FailedSignInsPerMinute / 60d,
        options.Value.FailedSignInsPerMinute,
        time
    );

    /// <summary>
    /// Counts one refusal. Zero: it is within the limit and should be recorded; otherwise how long this address should
    /// wait.
    /// </summary>
    public TimeSpan Refused(IPAddress? address) => _buckets.Take(KeyOf(address));

    /// <summary>The address, or the /64 it is in.</summary>
    public static string KeyOf(IPAddress? address) => ClientNetwork.Of(address?.ToString() ?? "");
}
