using System.Data.Common;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.Hosting;

public sealed class EdgeGuardTests
{
    [Theory]
    [InlineData("/apps", "the database does not answer at the moment")]
    [InlineData("/api/v1/account", "\"code\":\"store.unavailable\"")]
    public async Task A_database_that_is_away_is_told_as_that_and_may_be_asked_again(string path, string text)
    {
        var (status, said, retryAfter) = await AskAsync(
            path,
            new InvalidOperationException("a grain could not be activated", new Database(transient: true))
        );

        Assert.Equal((503, "1"), (status, retryAfter));
        Assert.Contains(text, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_database_refuses_is_a_bug_of_ours()
    {
        var (status, said, retryAfter) = await AskAsync("/apps", new Database(transient: false));

        Assert.Equal((500, ""), (status, retryAfter));
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Said, string RetryAfter)> AskAsync(string path, Exception fault)
    {
        using var body = new MemoryStream();
        var options = Options.Create(new WebOptions());
        await using var services = new ServiceCollection().AddSingleton(options).BuildServiceProvider();
        var context = new DefaultHttpContext { Response = { Body = body }, RequestServices = services };
        (context.Request.Path, context.Request.Host) = (path, new("localhost"));
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path;
        var hosts = new HostList(options);

        await new EdgeGuard(_ => throw fault, hosts, NullLogger<EdgeGuard>.Instance).InvokeAsync(context);

        return (
            context.Response.StatusCode,
            Encoding.UTF8.GetString(body.ToArray()),
            context.Response.Headers.RetryAfter.ToString()
        );
    }

    private sealed class Database(bool transient) : DbException("a secret of the database")
    {
        public override bool IsTransient => transient;
    }
}
