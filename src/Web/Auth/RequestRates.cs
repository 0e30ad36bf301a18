using System.Globalization;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Web.Hosting;

namespace Palisade.Web.Auth;

/// <summary>
/// A token bucket per principal, and per address for who has none: one client cannot take the server from the others.
/// </summary>
internal sealed class RequestRates(IOptions<WebOptions> options, TimeProvider time)
{
    private readonly TokenBuckets _principals = new(
        options.Value.RequestsPerSecond,
        options.Value.RequestsPerSecond * 2d,
        time
    );

    private readonly TokenBuckets _networks = new(
        options.Value.AnonymousPerMinute / 60d,
        options.Value.AnonymousPerMinute,
        time
    );

    private readonly TokenBuckets _releases = new(
        options.Value.ReleasesPerMinute / 60d,
        options.Value.ReleasesPerMinute,
        time
    );

    /// <summary>Takes one release of the app, whoever makes it: each stays in the journal for ever.</summary>
    /// <param name="context">Null: a page's, which has no answer to tell the wait with.</param>
    public Problem? RefusalOfRelease(HttpContext? context, AppRef app, OrgQuotas quotas)
    {
        var most = quotas.ReleasesPerMinute ?? options.Value.ReleasesPerMinute;
        return Refusal(
            context,
            _releases.Take(app.ToString(), most / 60d, most),
            string.Create(CultureInfo.InvariantCulture, $"more than {most} releases of {app.App} per minute"),
            "set several variables at once: convox env set A=1 B=2"
        );
    }

    private readonly TokenBuckets _organizations = new(
        options.Value.RequestsPerSecond,
        options.Value.RequestsPerSecond * 2d,
        time
    );

    /// <summary>Takes one request of the principal; the refusal also sets <c>Retry-After</c>.</summary>
    public Problem? Refusal(HttpContext context, Principal principal) =>
        Refusal(
            context,
            _principals.Take(principal.Id),
            string.Create(
                CultureInfo.InvariantCulture,
                $"more than {options.Value.RequestsPerSecond} requests per second"
            )
        );

    /// <summary>
    /// Takes one request of the organization, whoever sends it, where the operator bounds it as a whole.
    /// </summary>
    public Problem? RefusalOfOrg(HttpContext context, string org, OrgQuotas quotas) =>
        quotas.RequestsPerSecond is { } most
            ? Refusal(
                context,
                _organizations.Take(org, most, most * 2d),
                string.Create(CultureInfo.InvariantCulture, $"more than {most} requests per second of {org}")
            )
            : null;

    /// <summary>Takes one request without sign-in from its address (its /64, S32).</summary>
    public Problem? RefusalOfNobody(HttpContext context) =>
        Refusal(
            context,
            _networks.Take(SignInThrottle.KeyOf(context.Connection.RemoteIpAddress)),
            string.Create(
                CultureInfo.InvariantCulture,
                $"more than {options.Value.AnonymousPerMinute} requests per minute without sign-in from this address"
            )
        );

    private static Exhausted? Refusal(
        HttpContext? context,
        TimeSpan wait,
        string message,
        string suggestion = "slow down and repeat it"
    )
    {
        if (wait == TimeSpan.Zero)
        {
            return null;
        }

        context?.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new Exhausted("rate.exceeded", message) { Suggestion = suggestion };
    }
}
