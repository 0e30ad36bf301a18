using System.Net;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

public sealed class AuditQueryTests
{
    [Fact]
    public void Terms_and_words_are_read()
    {
        var query = AuditQuery
            .Parse(
                "actor:ana op:release.promote result:denied ip:10.0.0.0/8 since:2026-11-01 FOO actor:\"b c\" \"two words\" key:less"
            )
            .Problem;

        Assert.Contains("there is no key key", query!.Message, StringComparison.Ordinal);
        var read = AuditQuery
            .Parse(
                "actor:ana op:release.promote result:denied ip:10.0.0.0/8 since:2026-11-01 until:2026-11-02T13:00 FOO actor:\"b c\" \"two words\""
            )
            .Value;
        Assert.Equal(["ana", "b c"], read.Actors.AsEnumerable());
        Assert.Equal(["release.promote"], read.Operations.AsEnumerable());
        Assert.Equal(["denied"], read.Results.AsEnumerable());
        Assert.Equal(IPNetwork.Parse("10.0.0.0/8"), Assert.Single(read.Networks));
        Assert.Equal(
            (
                new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
                new DateTimeOffset(2026, 11, 2, 13, 0, 0, TimeSpan.Zero)
            ),
            (read.Since, read.Until)
        );
        Assert.Equal(["FOO", "two words"], read.Words.AsEnumerable());
        Assert.Empty(AuditQuery.Parse(null).Value.Words);
    }

    [Fact]
    public void A_star_is_every_operation_of_a_kind()
    {
        var read = AuditQuery.Parse("op:role.* op:key.roll").Value;

        Assert.Equal(
            [
                .. Operations.All.Select(o => o.Name).Where(n => n.StartsWith("role.", StringComparison.Ordinal)),
                "key.roll",
            ],
            read.Operations.AsEnumerable()
        );
        Assert.Contains("role.update", read.Operations);
        Assert.Equal(["op"], read.Filters.AsEnumerable());
        Assert.Equal(["role.*x"], AuditQuery.Parse("op:role.*x").Value.Operations.AsEnumerable());
    }

    [Theory]
    [InlineData("result:maybe", "result is ok, denied or failed")]
    [InlineData("ip:10.0.0.0/33", "a network such as")]
    [InlineData("ip:0.0.0.0/0 ip:10.0.0.1", "too wide together")]
    [InlineData("ip:hello", "an address")]
    [InlineData("since:yesterday", "2026-11-01")]
    [InlineData("until:2026-13-01", "2026-11-01")]
    [InlineData("since:2026-11-02 until:2026-11-01", "not before")]
    [InlineData("actor:", "has no value")]
    [InlineData("op:nothing.*", "no operation begins with nothing.")]
    [InlineData("nokey:x", "the keys are")]
    public void What_is_wrong_is_named(string text, string why)
    {
        var problem = AuditQuery.Parse(text).Problem!;

        Assert.Equal("audit.bad_query", problem.Code);
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
        Assert.NotNull(problem.Suggestion);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("actor:\"Ada Lovelace\" ip:192.0.2.7", "actor,ip")]
    [InlineData("since:2026-11-01 operation:app.get Ada result:ok", "op,result,since,words")]
    [InlineData("until:2026-11-01 request:0123456789ab resource:web", "resource,request,until")]
    public void S30_What_it_filters_by_names_fields_and_no_value(string text, string filters) =>
        Assert.Equal(filters, string.Join(',', AuditQuery.Parse(text).Value.Filters));

    [Fact]
    public void Its_length_and_terms_are_bounded()
    {
        Assert.True(AuditQuery.Parse("ip:10.0.0.0/9 ip:2001:db8::/33").Ok);
        Assert.False(AuditQuery.Parse(new string('x', 1001)).Ok);
        Assert.False(AuditQuery.Parse(string.Join(' ', Enumerable.Repeat("x", AuditQuery.MaxTerms + 1))).Ok);
        Assert.True(AuditQuery.Parse("\"unended quote").Ok);
    }
}
