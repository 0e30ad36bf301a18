using Microsoft.Extensions.Options;
using Palisade.Web.Auth;
using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>
/// Bounds wrong passwords per address (per /64 of IPv6). Past it nothing from there is hashed, good or bad, and nothing recorded (S32).
/// </summary>
internal sealed class PasswordThrottle(IOptions<WebOptions> options, TimeProvider time)
{
    private readonly TokenBuckets _buckets = new(options.Value.FailedSignInsPerMinute / 60d, options.Value.FailedSignInsPerMinute, time);

    /// <summary>Zero when an attempt may go on, otherwise how long to wait.</summary>
    public TimeSpan Wait(HttpContext context) => _buckets.IsEmpty(KeyOf(context), out var wait) ? wait : TimeSpan.Zero;

    public void Failed(HttpContext context) => _buckets.Take(KeyOf(context));

    private static string KeyOf(HttpContext context) => SignInThrottle.KeyOf(context.Connection.RemoteIpAddress);
}
