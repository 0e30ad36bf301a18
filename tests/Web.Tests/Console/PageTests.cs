using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Views;
using Palisade.Web.Api;
using Palisade.Web.Auth;
using Palisade.Web.Console;

namespace Palisade.Web.Tests.Console;

public sealed class PageTests
{
    private static readonly string[] Names = ["ab", "b", "é", "a", "B", "c/1"];

    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 3)]
    [InlineData(4, 2)]
    [InlineData(6, 1)]
    [InlineData(500, 1)]
    public void Parts_of_a_list_are_the_list(int limit, int parts)
    {
        var (seen, asked, cursor) = (new List<string>(), 0, "");
        do
        {
            var page = Query($"?limit={limit}{cursor}").Value.Cut(Names, n => n, n => n);
            seen.AddRange(page.Items);
            asked++;
            cursor = page.Next is null ? "" : $"&cursor={page.Next}";
        } while (cursor.Length > 0);

        Assert.Equal(Names.Order(StringComparer.Ordinal), seen);
        Assert.Equal(parts, asked);
    }

    [Fact]
    public void Rows_go_on_after_the_last_one_that_was_answered()
    {
        ImmutableArray<ViewRow> rows =
        [
            new("web/R1", "0001", "1"),
            new("web/R2", "0002", "2"),
            new("web/R3", "0003", "3"),
        ];

        var page = Query("?limit=2").Value.Of(rows, row => row.Json);
        var next = Query($"?limit=2&cursor={page.Next}")
            .Value.Views("acme", ViewKinds.Release, "web/", descending: true);

        Assert.Equal<string>(["1", "2"], page.Items);
        Assert.Equal((3, true, "web/R2", "0002"), (next.Limit, next.Descending, next.After!.Key, next.After.Sort));
    }

    [Theory]
    [InlineData("?limit=0", "option.invalid")]
    [InlineData("?limit=501", "option.invalid")]
    [InlineData("?limit=x", "option.invalid")]
    [InlineData("?cursor=!", "page.bad_cursor")]
    [InlineData("?cursor=_w", "page.bad_cursor")]
    [InlineData("?cursor=%zz", "form.invalid")]
    public void What_cannot_be_read_is_refused(string query, string code) =>
        Assert.Equal(code, Query(query).Problem!.Code);

    private static Result<PageQuery> Query(string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        var nobody = new Principal(PrincipalKind.None, "", "");
        var caller = new Caller
        {
            Principal = nobody,
            SignIn = "test",
            Ip = "",
            Client = "",
            RequestId = "",
        };
        return PageQuery.Of(
            new WireRequest(
                context,
                new SignedIn(caller, new Identity(nobody, []), ""),
                null,
                new OperationMetadata([Operations.AccountGet], Deferred: true)
            )
        );
    }
}
