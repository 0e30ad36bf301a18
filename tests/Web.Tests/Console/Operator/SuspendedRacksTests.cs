using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Orgs;
using Palisade.Grains.Racks;
using Palisade.Web.Console;
using Palisade.Web.Console.Keys;
using Palisade.Web.Console.Operator;

namespace Palisade.Web.Tests.Console.Operator;

/// <summary>
/// <c>convox racks</c> while the operator has suspended an organization, as the official client asks.
/// </summary>
public sealed class SuspendedRacksTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>, IAsyncLifetime
{
    private const string Op = ConsoleWorld.OperatorName;

    public Task InitializeAsync() => SuspendAsync();

    public Task DisposeAsync() => ResumeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("acme/staging")]
    public async Task S04_S11_who_has_no_other_organization_is_told_why_there_are_no_racks(string? bound)
    {
        foreach (var who in new[] { "ada", "dev" })
        {
            var (status, text) = await RacksAsync(who, bound);

            // COMPAT: the client shows an error of this request only with these words in it.
            Assert.Equal(403, status);
            Assert.StartsWith("cli token is expired or barred: ", text, StringComparison.Ordinal);
            Assert.Contains("suspended this organization: unpaid", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task S04_who_has_another_one_sees_its_racks_and_none_of_the_suspended()
    {
        await ResumeAsync();
        await world.AddMemberAsync("both", RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        await SuspendAsync();
        var other = world.Grains.GetGrain<IOrgGrain>("other");
        var eve = ConsoleWorld.User("eve", "other");
        Assert.True((await other.AddMemberAsync(eve, "both", [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)])).Ok);
        var rack = world.Grains.GetGrain<IRackGrain>("other/own");
        Assert.True((await rack.RegisterAsync(eve, new RegisterRack("local", "staging", "host:nowhere"))).Ok);

        Assert.Equal((200, "other/own"), await NamesAsync("both"));
        Assert.Equal((200, "other/own"), await NamesAsync("eve"));
        await ResumeAsync();
        Assert.Equal((200, "acme/prod acme/staging other/own"), await NamesAsync("both"));
    }

    [Fact]
    public async Task S04_S11_a_deploy_key_is_told_too_and_works_again_afterwards()
    {
        await ResumeAsync();
        var key = await world.SendAsync<IssuedKeyJson>(
            "ada",
            "POST",
            "/orgs/acme/keys",
            new KeyBody { Name = "suspended", Racks = Selector.Name("staging") }
        );
        world.UseToken("suspended-key", key.Value!.Secret);
        Assert.Equal((200, "acme/staging"), await NamesAsync("suspended-key"));

        await SuspendAsync();

        var (status, text) = await RacksAsync("suspended-key");
        Assert.Equal(403, status);
        Assert.Contains("cli token is expired", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S04_who_is_in_no_organization_is_told_nothing_of_it()
    {
        await ResumeAsync();
        await world.AddMemberAsync("nowhere", RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        Assert.True(
            (await world.Grains.GetGrain<IOrgGrain>("acme").RemoveMemberAsync(ConsoleWorld.User("ada"), "nowhere")).Ok
        );
        await SuspendAsync();

        Assert.Equal((200, ""), await NamesAsync("nowhere"));
    }

    private Task SuspendAsync() =>
        world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs/acme/suspend", new SuspendOrgJson("unpaid"));

    private Task ResumeAsync() => world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs/acme/resume");

    private async Task<(int Status, string Names)> NamesAsync(string who)
    {
        var (status, text) = await RacksAsync(who);
        var racks = JsonElement.Parse(text).EnumerateArray();
        var names = racks.Select(rack =>
            $"{rack.GetProperty("organization").GetProperty("name").GetString()}/{rack.GetProperty("name").GetString()}"
        );
        return (status, string.Join(' ', names.Order(StringComparer.Ordinal)));
    }

    private async Task<(int Status, string Text)> RacksAsync(string who, string? bound = null)
    {
        using var client = world.Client(null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/racks?");
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"convox:{world.Token(who)}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        request.Headers.TryAddWithoutValidation("User-Agent", "convox.go/dev");
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        request.Headers.TryAddWithoutValidation("Session", "");
        if (bound is not null)
        {
            request.Headers.TryAddWithoutValidation("Rack", bound);
        }

        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
