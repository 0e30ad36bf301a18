using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using Palisade.Grains.Orgs;
using Palisade.Storage.Journal;
using Palisade.Web.Console;
using Palisade.Web.Console.Releases;

namespace Palisade.Web.Tests.Console;

public sealed class ConsoleReleasesTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private static readonly Caller Dev = ConsoleWorld.User("dev");

    [Fact]
    public async Task A_variables_history_names_each_release_that_set_changed_or_removed_it_and_no_value()
    {
        var app = await CreateAsync("told");
        var set = await SetAsync(app, "COLOR=canary-1\nOTHER=1");
        await SetAsync(app, "COLOR=canary-1\nOTHER=2");
        var changed = await SetAsync(app, "COLOR=canary-2\nOTHER=2", "ada");
        var removed = await SetAsync(app, "OTHER=2");

        var all = (await AskAsync("audi", "told", "key=COLOR")).Value!;
        Assert.Equal(
            [(removed, "remove", "dev"), (changed, "change", "ada"), (set, "add", "dev")],
            all.Items.Select(c => (c.Release, c.Change, c.By))
        );
        Assert.Null(all.Next);
        Assert.True(all.Items[0].At > all.Items[2].At);

        var first = (await AskAsync("dev", "told", "key=COLOR&limit=2")).Value!;
        var rest = (await AskAsync("dev", "told", $"key=COLOR&limit=2&cursor={first.Next}")).Value!;
        Assert.Equal([removed, changed, set], first.Items.Concat(rest.Items).Select(c => c.Release));
        Assert.Null(rest.Next);
        Assert.Empty((await AskAsync("dev", "told", "key=color")).Value!.Items);
    }

    [Fact]
    public async Task A_history_is_refused_to_who_may_not_see_releases_or_names_of_variables()
    {
        await CreateAsync("kept");
        foreach (var lacking in new[] { Operations.ReleaseList, Operations.AppEnvGet })
        {
            var user = $"no-{lacking.Name.Replace('.', '-')}";
            var role = await world
                .Grains.GetGrain<IOrgGrain>(ConsoleWorld.Org)
                .CreateRoleAsync(
                    ConsoleWorld.User("ada"),
                    user,
                    [
                        Policy.Allow(ResourceType.Racks, Policy.Read),
                        Policy.Allow(ResourceType.Application, Policy.Read),
                        Policy.Deny(ResourceType.Application, lacking.Name),
                    ]
                );
            await world.AddMemberAsync(user, new RoleGrant(role.Value, Selector.AllowAll));

            var refused = await AskAsync(user, "kept", "key=A");

            Assert.Equal((403, "access.denied"), (refused.Status, refused.Problem?.Code));
            Assert.Contains(lacking.Name, refused.Problem!.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(404, (await AskAsync("eve", "kept", "key=A")).Status);
        Assert.Equal(404, (await AskAsync("ada", "nothing", "key=A")).Status);
        Assert.Equal("option.invalid", (await AskAsync("ada", "kept", "")).Problem?.Code);
        Assert.Equal("page.bad_cursor", (await AskAsync("ada", "kept", "key=A&cursor=LTE")).Problem?.Code);
    }

    [Fact]
    public async Task A_history_among_ten_thousand_releases_is_whole()
    {
        var app = await CreateAsync("long");
        var made = new List<(int Version, string Key)>();
        foreach (var part in Enumerable.Range(1, EnvironmentChange.MaxKept).Chunk(1_000))
        {
            made.AddRange(part.Select(v => (v, v is 1 or 5_000 ? "RARE" : "OFTEN")));
            await world.Store.Journal.AppendAsync(
                new Append
                {
                    Org = ConsoleWorld.Org,
                    Views = [.. part.Select(version => Change(app, version, made[version - 1].Key))],
                }
            );
        }

        var rare = (await AskAsync("dev", "long", "key=RARE")).Value!;
        Assert.Equal(["R5000", "R1"], rare.Items.Select(c => c.Release));

        var often = 0;
        for (string? path = "key=OFTEN&limit=500"; path is not null; )
        {
            var page = (await AskAsync("dev", "long", path)).Value!;
            often += page.Items.Length;
            path = page.Next is { } next ? $"key=OFTEN&limit=500&cursor={next}" : null;
        }

        Assert.Equal(EnvironmentChange.MaxKept - 2, often);
    }

    private static ViewChange Change(AppView app, int version, string key) =>
        new(
            app.Org,
            ViewKinds.EnvironmentChange,
            AppProjection.EnvironmentKey(app.Ref, app.Id, version),
            ViewJson.Write(
                new EnvironmentChange(version, $"R{version}", DateTimeOffset.UnixEpoch, Dev.Principal)
                {
                    Keys = ImmutableSortedDictionary<string, string>.Empty.Add(key, "change"),
                }
            )
        );

    private async Task<AppView> CreateAsync(string name)
    {
        var created = await App(name).CreateAsync(Dev, null);
        Assert.True(created.Ok, created.Problem?.Text);
        return created.Value;
    }

    private async Task<string> SetAsync(AppView app, string text, string by = "dev")
    {
        var made = await App(app.Name)
            .CreateReleaseAsync(ConsoleWorld.User(by), new CreateRelease { Environment = new(text) });
        Assert.True(made.Ok, made.Problem?.Text);
        return made.Value.Id;
    }

    private IAppGrain App(string name) => world.Grains.GetGrain<IAppGrain>($"acme/staging/{name}");

    private Task<(int Status, Page<KeyChangeJson>? Value, ProblemJson? Problem)> AskAsync(
        string user,
        string app,
        string query
    ) =>
        world.SendAsync<Page<KeyChangeJson>>(
            user,
            "GET",
            $"/orgs/acme/racks/staging/apps/{app}/environment/history?{query}"
        );
}
