using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Grains.Orgs;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Web.Components.EffectiveAccess;
using Palisade.Web.Tests.Console;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Access;

/// <summary>What the page of who can reads and tells.</summary>
public sealed class WhoCanReaderTests : IAsyncLifetime
{
    private readonly ConsoleWorld _world = new();

    private static readonly Operation Asked = Operations.AppGet;
    private static readonly Resource On = Resource.App("staging", "web");

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Of_ten_thousand_who_can_the_accounts_of_those_alone_that_are_shown_are_read()
    {
        await AddMembersAsync(OrgState.MaxMembers);
        var (store, counts) = CountingStore.Of(_world.Store);
        var reader = Reader(new People(store));

        var first = await FindAsync(reader, "ada", Look());

        Assert.Equal((WhoCanLook.PageSize, OrgState.MaxMembers), (first.Rows.Length, first.Rows.Length + first.More));
        Assert.Equal(OrgState.MaxMembers, first.CountOf(AbleKind.Person));
        Assert.Equal((1, WhoCanLook.PageSize, WhoCanLook.PageSize), counts.Counts);
        var second = await FindAsync(reader, "ada", Look() with { Page = 2 });
        Assert.Empty(first.Rows.Select(row => row.Id).Intersect(second.Rows.Select(row => row.Id)));
        Assert.Equal((2, 2 * WhoCanLook.PageSize, 2 * WhoCanLook.PageSize), counts.Counts);

        // By name: all are looked at, a thousand at a time, and nothing of them is read twice.
        Assert.Equal(["dev"], (await FindAsync(reader, "ada", Look() with { Text = "DEV" })).Rows.Select(r => r.Name));
        counts.Counts = default;
        await FindAsync(reader, "ada", Look() with { Text = "dev" });
        Assert.InRange(counts.Counts.Asked, 1, 11);
        Assert.Equal(0, counts.Counts.Streams);

        var rare = Assert.Single(
            first.Ways,
            way => way.Path[0].StartsWith("role DeveloperV2", StringComparison.Ordinal)
        );
        Assert.Equal(1, rare.Count);
        var through = await FindAsync(reader, "ada", Look() with { Way = rare.Key });
        Assert.Equal("dev", Assert.Single(through.Rows).Id);
    }

    [Fact]
    public async Task Groups_that_can_are_counted_and_who_may_not_list_members_learns_no_names()
    {
        var org = _world.Grains.GetGrain<IOrgGrain>("acme");
        var group = (
            await org.CreateGroupAsync(
                ConsoleWorld.User("ada"),
                "Readers",
                [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)]
            )
        ).Value;
        await org.AddGroupMembersAsync(ConsoleWorld.User("ada"), group, ["audi"]);
        var role = (
            await org.CreateRoleAsync(
                ConsoleWorld.User("ada"),
                "Explains",
                [Policy.Allow(ResourceType.Roles, Operations.AccessExplain.Name)]
            )
        ).Value;
        await _world.AddMemberAsync("explainer", new RoleGrant(role, Selector.AllowAll));
        var reader = _world.Services.GetRequiredService<WhoCanReader>();

        var all = await FindAsync(reader, "ada", Look());
        var nameless = await FindAsync(reader, "explainer", Look());

        var readers = Assert.Single(all.Rows, row => row.Kind == AbleKind.Group);
        Assert.Equal(("Readers", "group of 1 member, by its roles alone"), (readers.Name, readers.Detail));
        Assert.Contains(all.Rows, row => row is { Id: "dev", Detail: "dev@example.test", Link: not null });
        Assert.True(nameless.NamesHidden);
        Assert.Contains(nameless.Rows, row => row is { Id: "dev", Name: "dev", Detail: "", Link: null });
        var untold = Assert.Single(nameless.Rows, row => row.Kind == AbleKind.Group);
        Assert.Equal((group, group, "group, by its roles alone"), (untold.Id, untold.Name, untold.Detail));
        var refused = await reader.FindAsync(ConsoleWorld.User("dev"), Asked, On, Look(), default);
        Assert.Equal("access.denied", refused.Problem?.Code);
    }

    private static WhoCanLook Look() =>
        WhoCanLook.From(AccessQuestion.From(Asked.Name, On.ToString()), null, null, null, null);

    private static async Task<WhoCanFound> FindAsync(WhoCanReader reader, string by, WhoCanLook look) =>
        (await reader.FindAsync(ConsoleWorld.User(by), Asked, On, look, default)).Value;

    private WhoCanReader Reader(People people) =>
        new(
            _world.Services.GetRequiredService<AccessQueries>(),
            _world.Services.GetRequiredService<Policies>(),
            people
        );

    /// <summary>Until there are that many, all but those of the world without an account.</summary>
    private async Task AddMembersAsync(int all)
    {
        var stream = StreamId.Org("acme");
        var (state, _) = await _world.Services.GetRequiredService<Policies>().OrgAsync("acme");
        var added = Enumerable
            .Range(0, all - state.Members.Count)
            .Select(i => new EntryDraft
            {
                Caller = ConsoleWorld.User("ada"),
                Operation = Operations.MemberAdd.Name,
                ResourceType = "Users",
                Resource = "",
                Event = new MemberAdded(
                    $"member-{i:00000}",
                    [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)],
                    DateTimeOffset.UnixEpoch
                ),
            });
        foreach (var part in added.Chunk(250))
        {
            var head = (await _world.Store.Journal.HeadsAsync([stream]))[0].Head;
            Assert.IsType<Appended>(
                await _world.Store.Journal.AppendAsync(
                    new Append { Org = "acme", Writes = [new(stream, head, [.. part])] }
                )
            );
        }
    }
}
