using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Apps;
using Palisade.Grains.Keys;
using Palisade.Storage.Views;
using Palisade.Web.Api;
using Palisade.Web.Console.People;
using Palisade.Web.Tests.Console.People;

namespace Palisade.Web.Tests.Console;

/// <summary>What is read whole is read whole, however long it is.</summary>
public sealed class LongListTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private const int More = ViewQuery.MaxLimit + 1;

    [Fact]
    public async Task Every_invite_is_known_of_who_goes()
    {
        var (id, _) = await world.InviteAsync(email: null, PeopleWorld.On("Auditor"));
        await CopyAsync(ViewKinds.Invite, id, "acme", i => $"inv-{i:0000}");

        var known = await world.SendAsync<KnownCredentialsJson>("ada", "GET", "/orgs/acme/members/ada/credentials");

        Assert.Equal(More + 1, known.Value!.Invites.Distinct().Count());
    }

    [Fact]
    public async Task Every_rack_of_an_organization_is_listed()
    {
        await CopyAsync(ViewKinds.Rack, "staging", "long", i => $"r{i:0000}");

        Assert.Equal(More, (await world.Services.GetRequiredService<Records>().RacksAsync("long", default)).Length);
    }

    [Fact]
    public async Task Every_app_of_a_rack_is_listed()
    {
        var created = await world
            .Grains.GetGrain<IAppGrain>("acme/staging/first")
            .CreateAsync(ConsoleWorld.User("ada"), null);
        Assert.True(created.Ok, created.Problem?.Text);
        await CopyAsync(ViewKinds.App, "staging/first", "long", i => $"staging/a{i:0000}");

        var apps = await world.Services.GetRequiredService<Records>().AppsAsync(new("long", "staging"), default);

        Assert.Equal(More, apps.Length);
    }

    [Fact]
    public async Task Every_deploy_key_that_an_organization_may_have_is_listed()
    {
        var spec = new DeployKeySpec { Name = "ci", Racks = Selector.AllowAll };
        var rows = Enumerable
            .Range(0, KeyRegistry.MaxKeys)
            .SelectMany(i =>
                DeployKeyView.Project(
                    "long",
                    $"k{i:000}",
                    new()
                    {
                        Id = $"k{i:000}",
                        Spec = spec,
                        MadeBy = "ada",
                    }
                )
            );
        await world.Store.Journal.AppendAsync(new() { Org = "long", Views = [.. rows] });

        var keys = await world.Services.GetRequiredService<DeployKeys>().ListAsync("long");

        Assert.Equal(KeyRegistry.MaxKeys, keys.Select(key => key.Id).Distinct().Count());
    }

    /// <summary>Puts rows beside one that there is.</summary>
    private async Task CopyAsync(string kind, string key, string org, Func<int, string> name)
    {
        var row = (await world.Store.Views.GetAsync("acme", kind, key))!;
        await world.Store.Journal.AppendAsync(
            new() { Org = org, Views = [.. Enumerable.Range(0, More).Select(i => Copy(name(i)))] }
        );

        ViewChange Copy(string copy)
        {
            var json = JsonNode.Parse(row)!.AsObject();
            if (json.ContainsKey("id"))
            {
                json["id"] = copy;
            }

            return new(org, kind, copy, json.ToJsonString()) { Sort = copy };
        }
    }
}
