using System.Net;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Limits;

/// <summary>What one person's browser may ask of a server.</summary>
public sealed class PageLimitTests
{
    private const int Many = 100;

    [Fact]
    public async Task S08_pages_of_one_person_are_bounded_and_come_again_and_nobody_else_waits()
    {
        await using var server = await ServerProcess.StartAsync(
            new() { Environment = new Dictionary<string, string> { ["Web__RequestsPerSecond"] = "1" } }
        );
        using var browser = new PageClient(server.Url);
        await browser.SubmitAsync(
            "/login",
            "sign-in",
            ("Form.Email", server.FirstRun.Email),
            ("Form.Password", server.FirstRun.Password)
        );

        var answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => StatusAsync(browser)));

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.All(
            answers,
            status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{status}")
        );
        using var other = new PageClient(server.Url, address: 2);
        Assert.Contains("Sign in", await other.GetAsync("/login"), StringComparison.Ordinal);
        await Poll.UntilAsync(
            async () => await StatusAsync(browser) == HttpStatusCode.OK,
            TimeSpan.FromMinutes(1),
            "a page for who has waited"
        );
    }

    private static async Task<HttpStatusCode> StatusAsync(PageClient browser)
    {
        try
        {
            await browser.GetAsync("/account/password");
            return HttpStatusCode.OK;
        }
        catch (HttpRequestException e) when (e.StatusCode is { } status)
        {
            return status;
        }
    }
}
