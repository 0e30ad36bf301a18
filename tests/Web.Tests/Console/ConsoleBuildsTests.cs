using System.Net;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Console;

public sealed class ConsoleBuildsTests(World world) : IClassFixture<World>
{
    [Theory]
    [InlineData("acme", World.Build, HttpStatusCode.NoContent)]
    [InlineData("acme", "nonsense", HttpStatusCode.NotFound)]
    [InlineData("other", World.Build, HttpStatusCode.NotFound)]
    public async Task A_build_is_cancelled_by_its_path_and_another_organizations_looks_absent(
        string org,
        string build,
        HttpStatusCode status
    )
    {
        using var client = world.Client(rack: null);

        using var answer = await client.PostAsync(
            $"/api/v1/orgs/{org}/racks/staging/apps/web/builds/{build}/cancel",
            null
        );

        Assert.Equal(status, answer.StatusCode);
    }
}
