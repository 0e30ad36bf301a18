using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Web.Auth;
using Palisade.Web.Hosting;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Auth;

public sealed class RequestRatesTests
{
    [Fact]
    public void S08_releases_of_an_app_per_minute_are_bounded()
    {
        var rates = new RequestRates(Options.Create(new WebOptions { ReleasesPerMinute = 2 }), TimeProvider.System);
        var context = new DefaultHttpContext();
        Assert.Null(rates.RefusalOfRelease(context, World.Web, Domain.Orgs.OrgQuotas.None));
        Assert.Null(rates.RefusalOfRelease(context, World.Web, Domain.Orgs.OrgQuotas.None));

        var refused = rates.RefusalOfRelease(context, World.Web, Domain.Orgs.OrgQuotas.None);

        Assert.IsType<Exhausted>(refused);
        Assert.Equal(
            "more than 2 releases of web per minute; set several variables at once: convox env set A=1 B=2",
            refused.Text
        );
        Assert.Equal("30", context.Response.Headers.RetryAfter);
        Assert.Null(rates.RefusalOfRelease(context, World.Web with { App = "api" }, Domain.Orgs.OrgQuotas.None));
    }

    [Fact]
    public void S08_requests_of_a_principal_are_bounded_and_nobody_else_waits()
    {
        var rates = new RequestRates(Options.Create(new WebOptions { RequestsPerSecond = 2 }), new StoppedClock());
        var (context, ana, bob) = (new DefaultHttpContext(), Person("ana"), Person("bob"));
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Null(rates.Refusal(context, ana)));

        var refused = rates.Refusal(context, ana);

        Assert.IsType<Exhausted>(refused);
        Assert.Equal("more than 2 requests per second; slow down and repeat it", refused.Text);
        Assert.Equal("1", context.Response.Headers.RetryAfter);
        Assert.Null(rates.Refusal(context, bob));
    }

    [Fact]
    public void S08_requests_of_nobody_are_bounded_by_address()
    {
        var rates = new RequestRates(Options.Create(new WebOptions { AnonymousPerMinute = 2 }), new StoppedClock());
        var (one, same, other) = (From("2001:db8::1"), From("2001:db8::2"), From("2001:db8:0:1::1"));
        Assert.Null(rates.RefusalOfNobody(one));
        Assert.Null(rates.RefusalOfNobody(same));

        Assert.IsType<Exhausted>(rates.RefusalOfNobody(one));
        Assert.Equal("30", one.Response.Headers.RetryAfter);
        Assert.Null(rates.RefusalOfNobody(other));
    }

    private static Principal Person(string id) => new(PrincipalKind.User, id, id);

    private static DefaultHttpContext From(string address) =>
        new() { Connection = { RemoteIpAddress = System.Net.IPAddress.Parse(address) } };

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
