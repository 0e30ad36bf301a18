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
}
