using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Orgs;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Orgs;

/// <summary>A membership is in the organization's stream and in the person's.</summary>
public sealed class MembershipTests
{
    private static readonly RoleGrant Role = RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2);

    [Fact]
    public async Task Who_is_added_belongs_to_it_on_both_sides_and_who_is_removed_on_neither()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.RegisterAsync("new");

        Ok(await acme.Org.AddMemberAsync(Administrator, "new", [Role]));
        Assert.Equal(["acme"], await OrgsAsync(acme, "new"));
        Assert.Equal("member.exists", Code(await acme.Org.AddMemberAsync(Administrator, "new", [Role])));

        Ok(await acme.Org.RemoveMemberAsync(Administrator, "new"));
        Assert.Empty(await OrgsAsync(acme, "new"));
        Assert.False((await acme.Host.Get<Palisade.Grains.Access.Policies>().OfAsync("acme")).IsMember("new"));
    }

    [Fact]
    public async Task Who_has_no_account_is_no_member_and_creates_no_organization()
    {
        await using var acme = await StartAsync(pump: false);

        Assert.Equal("user.not_found", Code(await acme.Org.AddMemberAsync(Administrator, "nobody", [Role])));
        Assert.Equal(
            "user.not_found",
            Code(await acme.Host.Grains.GetGrain<IOrgGrain>("third").CreateAsync(Operator, "nobody"))
        );
        Assert.False((await acme.Host.Get<Palisade.Grains.Access.Policies>().OfAsync("acme")).IsMember("nobody"));
    }

    [Fact]
    public async Task Two_organizations_that_add_one_person_at_the_same_moment_both_do()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.RegisterAsync("new");
        var other = acme.Host.Grains.GetGrain<IOrgGrain>("other");

        var added = await Task.WhenAll(
            acme.Org.AddMemberAsync(Administrator, "new", [Role]),
            other.AddMemberAsync(Outsider, "new", [Role])
        );

        Assert.All(added, a => Ok(a));
        Assert.Equal(["acme", "other"], await OrgsAsync(acme, "new"));
    }

    [Fact]
    public async Task The_persons_side_is_in_the_log_of_the_installation_and_not_of_the_organization()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.RegisterAsync("new");

        Ok(await acme.Org.AddMemberAsync(Administrator, "new", [Role]));

        var entries = await acme.Host.Store.Journal.ReadAsync(StreamId.User("new"), 0).ToListAsync();
        Assert.IsType<OrgJoined>(entries[^1].Event);
        Assert.Equal(("", "ada", "member.add"), (entries[^1].Org, entries[^1].Actor.Id, entries[^1].Operation));
        Assert.DoesNotContain(await acme.RecordsAsync("member.add"), r => r.Stream == StreamId.User("new"));
        Assert.Null(await acme.Host.Store.Journal.VerifyAsync(StreamId.User("new")));
    }

    private static async Task<IEnumerable<string>> OrgsAsync(Acme acme, string user) =>
        (await acme.Host.Get<People>().FindAsync(user))!.State.Orgs;
}
