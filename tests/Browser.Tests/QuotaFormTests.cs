using Palisade.Domain.Orgs;
using Palisade.Web.Components.Operator;

namespace Palisade.Browser.Tests;

public sealed class QuotaFormTests
{
    [Fact]
    public void What_is_not_touched_stays_as_it_is()
    {
        var now = new OrgQuotas
        {
            Apps = 3,
            ObjectBytes = 500_000,
            KeptReleases = 7,
        };

        Assert.Equal(now, QuotaForm.Of(now).Read(now).Value);
        Assert.Equal(OrgQuotas.None, QuotaForm.Of(null).Read(null).Value);
        Assert.Equal(
            OrgQuotas.None,
            new QuotaForm { Apps = " " }
                .Read(now)
                .Value
        );
    }

    [Fact]
    public void Uploads_are_in_mebibytes() =>
        Assert.Equal(
            5L << 20,
            new QuotaForm { ObjectMebibytes = " 5 " }
                .Read(null)
                .Value.ObjectBytes
        );

    [Theory]
    [InlineData("many")]
    [InlineData("3.5")]
    [InlineData("1e9")]
    public void What_is_no_number_is_named_by_its_label(string text)
    {
        var problem = new QuotaForm { RequestsPerSecond = text }
            .Read(null)
            .Problem!;

        Assert.Equal("org.quota_invalid", problem.Code);
        Assert.Contains($"Requests per second: {text} is not a number", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("99999999999999")]
    [InlineData("-99999999999999")]
    public void What_is_far_beyond_a_bound_stays_beyond_it(string text)
    {
        var read = new QuotaForm { Apps = text, ObjectMebibytes = text }
            .Read(null)
            .Value;

        Assert.False(read.Apps is >= 0 and <= OrgQuotas.MaxApps);
        Assert.False(read.ObjectBytes is >= 0 and <= OrgQuotas.MaxObjectBytes);
    }
}
