using Microsoft.Extensions.Options;
using Palisade.Web.Auth;
using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>
/// Bounds password attempts per address (per /64 of IPv6), good ones too: each costs a hash, and guessing is the threat here. Past it nothing is
/// hashed and nothing recorded (S32).
/// </summary>
internal sealed class PasswordThrottle(IOptions<WebOptions> options, TimeProvider time)
{
    private readonly TokenBuckets _buckets = new(options.Value.FailedSignInsPerMinute / 60d, options.Value.FailedSignInsPerMinute, time);

    /// <summary>Zero when the attempt may go on, otherwise how long to wait.</summary>
    public TimeSpan Attempt(HttpContext context) => _buckets.Take(SignInThrottle.KeyOf(context.Connection.RemoteIpAddress));
}
