using System.Globalization;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Web.Hosting;

namespace Palisade.Web.Auth;

/// <summary>A token bucket per principal: one client cannot take the server from the others.</summary>
internal sealed class RequestRates(IOptions<WebOptions> options, TimeProvider time)
{
    private readonly TokenBuckets _buckets = new(options.Value.RequestsPerSecond, options.Value.RequestsPerSecond * 2d, time);

    /// <summary>Takes one request of the principal; the refusal also sets <c>Retry-After</c>.</summary>
    public Problem? Refusal(HttpContext context, Principal principal)
    {
        var wait = _buckets.Take(principal.Id);
        if (wait == TimeSpan.Zero)
        {
            return null;
        }

        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new Exhausted("rate.exceeded", string.Create(CultureInfo.InvariantCulture, $"more than {options.Value.RequestsPerSecond} requests per second"))
        {
            Suggestion = "slow down and repeat it",
        };
    }
}
