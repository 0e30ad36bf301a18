using Palisade.Domain.Kernel;
using Palisade.Grains.Racks;
using Palisade.Web.Console;
using Palisade.Web.Console.Racks;

namespace Palisade.Web.Tests.Console;

public sealed class ConsoleRacksTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private const string Path = "/orgs/acme/racks/staging/environment";

    [Fact]
    public async Task A_label_is_changed_by_who_may_and_by_nobody_else()
    {
        Assert.Equal(204, (await SetAsync("ada", "production")).Status);
        Assert.Equal("production", await LabelAsync());

        Assert.Equal((403, "access.denied"), Refusal(await SetAsync("dev", "development")));
        Assert.Equal((400, "rack.environment_invalid"), Refusal(await SetAsync("ada", "<b>prod</b>")));
        Assert.Equal(404, (await SetAsync("eve", "staging")).Status);
        Assert.Equal(404, (await SetAsync("ada", "staging", "/orgs/acme/racks/nothing/environment")).Status);
        Assert.Equal("production", await LabelAsync());
    }

    private Task<(int Status, Done Value, ProblemJson? Problem)> SetAsync(
        string user,
        string environment,
        string path = Path
    ) => world.SendAsync<Done>(user, "PUT", path, new SetRackEnvironmentJson(environment));

    private static (int Status, string? Code) Refusal((int Status, Done Value, ProblemJson? Problem) answer) =>
        (answer.Status, answer.Problem?.Code);

    private async Task<string> LabelAsync()
    {
        var rack = await world.Grains.GetGrain<IRackGrain>("acme/staging").GetAsync(ConsoleWorld.User("ada"));
        Assert.True(rack.Ok, $"{rack.Problem}");
        return rack.Value.Environment;
    }
}
