using System.Net;
using System.Text;
using System.Text.Json;
using Palisade.Grains.Apps;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Console;

public sealed class ConsolePromotesTests(World world) : IClassFixture<World>
{
    private const string Earlier = "RZZZZZZZZZZ";

    [Fact]
    public async Task A_promote_says_what_it_was_planned_from_or_nothing()
    {
        var planned = $$"""{"from": "{{Earlier}}", "force": true, "timeout": 60}""";
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync("promote", planned)).Status);
        Assert.Equal(new PromoteRelease(World.Release, true, 60, Earlier), world.Grains.Last<PromoteRelease>());

        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync("promote", "{}")).Status);
        Assert.Equal(new PromoteRelease(World.Release, false, null), world.Grains.Last<PromoteRelease>());
    }

    [Fact]
    public async Task A_rollback_is_one_command_and_names_the_release_that_it_made()
    {
        var (status, body) = await PostAsync("rollback", $$"""{"from": "{{Earlier}}"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((World.Release, Earlier), world.Grains.Last<(string, string)>());
        using var json = JsonDocument.Parse(body);
        Assert.Equal('R', json.RootElement.GetProperty("release").GetString()![0]);
    }

    [Theory]
    [InlineData("promote")]
    [InlineData("rollback")]
    public async Task What_is_no_release_or_another_organizations_is_not_found_and_a_strange_body_is_refused(
        string deed
    )
    {
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(deed, "{}", release: "nonsense")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(deed, "{}", org: "other")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(deed, """{"basis": "R"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(deed, "")).Status);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(
        string deed,
        string body,
        string release = World.Release,
        string org = "acme"
    )
    {
        using var client = world.Client(rack: null);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(
            $"/api/v1/orgs/{org}/racks/staging/apps/web/releases/{release}/{deed}",
            content
        );
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
