using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Keys;

/// <summary>Deploy keys on the real store.</summary>
public sealed class DeployKeyGrainTests
{
    [Fact]
    public async Task S10_a_secret_is_found_by_its_hash_and_is_nowhere_else()
    {
        await using var acme = await StartAsync(pump: false);
        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { Networks = ["192.0.2.0/24"] });
        var secret = issued.Secret.Reveal();

        Assert.True(Tokens.TryParse(secret, out var kind));
        Assert.Equal(TokenKind.DeployKey, kind);
        var ticket = await acme.Host.Store.Tickets.FindAsync(Tokens.Hash(issued.Secret));
        Assert.Equal(
            ("deploy-key", issued.Key.Id, "acme", "ci", "192.0.2.0/24"),
            (ticket!.Kind, ticket.Subject, ticket.Org, ticket.Name, ticket.Cidrs.Single())
        );
        Assert.Equal(ticket.Id, issued.Key.Secrets.Single().CredentialId);

        await acme.Host.CloseAsync();
        var stored = Directory
            .EnumerateFiles(acme.Host.Folder, "*", SearchOption.AllDirectories)
            .Where(f => Encoding.Latin1.GetString(File.ReadAllBytes(f)).Contains(secret, StringComparison.Ordinal));
        Assert.Empty(stored);
        Assert.DoesNotContain(acme.Host.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        await acme.Host.RestartAsync(pump: false);
        Assert.Equal(issued.Key.Spec, Ok(await acme.Key(issued.Key.Id).GetAsync(Administrator)).Spec);
    }

    [Fact]
    public async Task Of_keys_made_with_one_name_at_the_same_moment_one_wins_and_a_freed_name_is_free()
    {
        await using var acme = await StartAsync(pump: false);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => acme.NewKey().CreateAsync(Administrator, AcmeKeys.Spec()))
        );
        var winner = results.Single(r => r.Ok).Value;
        var other = await acme.IssueAsync(AcmeKeys.Spec("other"));

        Assert.All(results.Where(r => !r.Ok), r => Assert.Equal("key.name_taken", r.Problem!.Code));
        Assert.Equal("key.name_taken", Code(await acme.Key(other.Key.Id).UpdateAsync(Administrator, AcmeKeys.Spec())));
        Ok(await acme.Key(winner.Key.Id).UpdateAsync(Administrator, AcmeKeys.Spec("renamed")));
        Ok(await acme.Key(other.Key.Id).UpdateAsync(Administrator, AcmeKeys.Spec()));
        Ok(await acme.Key(winner.Key.Id).DeleteAsync(Administrator));
        await acme.IssueAsync(AcmeKeys.Spec("renamed"));
        Assert.Equal(["ci", "renamed"], (await acme.Host.Get<DeployKeys>().ListAsync("acme")).Select(k => k.Spec.Name));
    }

    [Fact]
    public async Task Changes_of_a_key_and_of_its_roles_count_for_its_next_request()
    {
        await using var acme = await StartAsync(pump: false);
        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { Roles = [BuiltInRoles.DeveloperV2.Id] });
        var (key, caller) = (acme.Key(issued.Key.Id), issued.AsCaller());
        Assert.True(await acme.MayAsync(caller, Operations.AppEnvReveal));

        Ok(await key.UpdateAsync(Administrator, AcmeKeys.Spec()));
        Assert.False(await acme.MayAsync(caller, Operations.AppEnvReveal));
        Assert.True(await acme.MayAsync(caller, Operations.ReleasePromote));

        Ok(await key.UpdateAsync(Administrator, AcmeKeys.Spec() with { Apps = Selector.Name("api") }));
        Assert.False(await acme.MayAsync(caller, Operations.ReleasePromote));
        Assert.True(await acme.MayAsync(caller, Operations.ReleasePromote, "api"));

        Ok(await key.DeleteAsync(Administrator));
        Assert.False(await acme.MayAsync(caller, Operations.ReleasePromote, "api"));
        Assert.Equal("access.denied", Code(await acme.App("api").GetAsync(caller)));
    }

    [Fact]
    public async Task A_refused_key_is_told_what_it_lacks_and_the_refusal_is_recorded()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.CreateAppWithoutPumpAsync();
        var caller = (await acme.IssueAsync()).AsCaller();

        var refused = await acme.App().DeleteAsync(caller);

        Assert.Equal("access.denied", Code(refused));
        Assert.Contains("app.delete", refused.Problem!.Message, StringComparison.Ordinal);
        var record = Assert.Single(await acme.RecordsAsync("app.delete", EntryResult.Denied));
        Assert.Equal((PrincipalKind.DeployKey, caller.Principal.Id), (record.Actor.Kind, record.Actor.Id));
        Assert.Contains(caller.CredentialId!, record.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_nobody_in_another_organization()
    {
        await using var acme = await StartAsync(pump: false);
        var caller = (await acme.IssueAsync(AcmeKeys.Spec() with { Racks = Selector.AllowAll })).AsCaller() with
        {
            Org = "other",
        };

        Assert.False(await acme.MayAsync(caller, Operations.RackGet));
        Assert.Equal("access.denied", Code(await acme.App().GetAsync(caller)));
    }

    [Fact]
    public async Task A_rolled_key_keeps_its_id_and_its_old_secret_ends_when_it_was_said()
    {
        await using var acme = await StartAsync(pump: false);
        var first = await acme.IssueAsync(AcmeKeys.Spec() with { Expires = acme.Host.Time.GetUtcNow().AddDays(60) });
        var key = acme.Key(first.Key.Id);

        var second = Ok(await key.RollAsync(Administrator, TimeSpan.FromDays(30)));

        Assert.Equal(first.Key.Id, second.Key.Id);
        var (old, now) = (await TicketAsync(acme, first), await TicketAsync(acme, second));
        Assert.Equal(second.Key.Secrets[0].Until!.Value, old.Expires, TimeSpan.FromMilliseconds(1));
        Assert.Equal(first.Key.Spec.Expires!.Value, now.Expires, TimeSpan.FromMilliseconds(1));
        Assert.Null(old.Revoked ?? now.Revoked);

        // A change of limits reaches both, and puts no end off.
        Ok(await key.UpdateAsync(Administrator, first.Key.Spec with { Expires = null, Networks = ["192.0.2.0/24"] }));
        Assert.Equal(old.Expires, (await TicketAsync(acme, first)).Expires);
        Assert.Equal(["192.0.2.0/24"], (await TicketAsync(acme, first)).Cidrs.AsEnumerable());
        Assert.Equal(9999, (await TicketAsync(acme, second)).Expires.Year);

        var third = Ok(await key.RollAsync(Administrator, TimeSpan.Zero));
        Assert.NotNull((await TicketAsync(acme, first)).Revoked);
        Assert.NotNull((await TicketAsync(acme, second)).Revoked);
        Assert.Null((await TicketAsync(acme, third)).Revoked);
    }

    [Fact]
    public async Task a_change_of_a_key_does_not_bring_a_revoked_secret_back()
    {
        await using var acme = await StartAsync(pump: false);
        var issued = await acme.IssueAsync();
        await acme.Host.Store.Journal.AppendAsync(
            new Append { Org = "acme", Tickets = [new TicketWrite.RevokeAll(issued.Key.Id, null)] }
        );

        Ok(await acme.Key(issued.Key.Id).UpdateAsync(Administrator, AcmeKeys.Spec("renamed")));

        Assert.NotNull((await TicketAsync(acme, issued)).Revoked);
    }

    [Fact]
    public async Task Whoever_goes_is_known_with_the_keys_that_they_made_or_saw()
    {
        await using var acme = await StartAsync(pump: false);
        var keys = acme.Host.Get<DeployKeys>();
        Ok(
            await acme.Org.SetMemberRolesAsync(
                Administrator,
                "olga",
                [RoleGrant.OnAllRacks(BuiltInRoles.Administrator)]
            )
        );
        var made = await acme.IssueAsync(AcmeKeys.Spec("made"), RackOperator);
        var shown = await acme.IssueAsync(AcmeKeys.Spec("shown"));
        await acme.IssueAsync(AcmeKeys.Spec("unknown"));
        Ok(await acme.Key(shown.Key.Id).RollAsync(RackOperator, TimeSpan.FromDays(1)));

        Assert.Equal(
            [new KnownKey(made.Key.Id, "made", true, true), new KnownKey(shown.Key.Id, "shown", false, true)],
            (await keys.KnownToAsync("acme", "olga")).AsEnumerable()
        );

        Ok(await acme.Key(made.Key.Id).RollAsync(Administrator, TimeSpan.Zero));
        Ok(await acme.Key(shown.Key.Id).DeleteAsync(Administrator));
        Assert.Equal(
            [new KnownKey(made.Key.Id, "made", true, false)],
            (await keys.KnownToAsync("acme", "olga")).AsEnumerable()
        );
    }

    [Fact]
    public async Task A_reported_key_works_no_more_whoever_reports_it()
    {
        await using var acme = await StartAsync(pump: false);
        var (one, two) = (await acme.IssueAsync(AcmeKeys.Spec("one")), await acme.IssueAsync(AcmeKeys.Spec("two")));

        Ok(await acme.Key(one.Key.Id).ReportAsync(one.AsCaller()));
        Assert.Equal("access.denied", Code(await acme.Key(two.Key.Id).ReportAsync(one.AsCaller())));
        Assert.Equal("access.denied", Code(await acme.Key(two.Key.Id).ReportAsync(Developer)));
        Ok(await acme.Key(two.Key.Id).ReportAsync(Administrator));

        foreach (var issued in new[] { one, two })
        {
            Assert.NotNull((await TicketAsync(acme, issued)).Revoked);
            Assert.NotNull(Ok(await acme.Key(issued.Key.Id).GetAsync(Administrator)).Reported);
            Assert.False(await acme.MayAsync(issued.AsCaller(), Operations.RackGet));
        }

        Assert.Equal(
            ["ada", one.Key.Id],
            (await acme.RecordsAsync("key.report", EntryResult.Ok)).Select(r => r.Actor.Id).Order()
        );
    }

    [Fact]
    public async Task S15_a_role_that_a_key_holds_is_neither_deleted_nor_loosened_by_who_lacks_what_the_key_gains()
    {
        await using var acme = await StartAsync(pump: false);
        var calm =
            (ImmutableArray<Policy>)
                [
                    Policy.Allow(ResourceType.Application, Operations.ServiceRestart.Name),
                    Policy.Deny(ResourceType.Application, Operations.ProcessRun.Name),
                ];
        var id = Ok(await acme.Org.CreateRoleAsync(Administrator, "calm", calm));
        var keeper = Ok(
            await acme.Org.CreateRoleAsync(Administrator, "keeper", [Policy.Allow(ResourceType.Roles, Policy.Write)])
        );
        Ok(
            await acme.Org.SetMemberRolesAsync(
                Administrator,
                Auditor.Principal.Id,
                [new(keeper, Selector.AllowAll), RoleGrant.OnAllRacks(BuiltInRoles.Deployer)]
            )
        );
        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { Roles = [id] });
        Assert.False(await acme.MayAsync(issued.AsCaller(), Operations.ProcessRun));

        Assert.Equal("access.escalation", Code(await acme.Org.UpdateRoleAsync(Auditor, id, "calm", [calm[0]])));
        var state = new OrgState();
        await foreach (var entry in acme.Host.Store.Journal.ReadAsync(StreamId.Org("acme"), 0))
        {
            state = entry.Event is OrgEvent happened ? OrgStateFold.Apply(state, happened) : state;
        }

        var text = AccessWriter.Write(
            AccessDocument.Of(
                state with
                {
                    Roles = state.Roles.SetItem(id, state.Roles[id] with { Policies = [calm[0]] }),
                }
            )
        );
        var plan = AccessReader.Read(text).Then(document => AccessPlanner.Plan(state, document)).Value;
        Assert.Equal("access.escalation", Code(await acme.Org.ApplyAccessAsync(Auditor, text, plan.Hash)));
        Assert.Equal("role.in_use", Code(await acme.Org.DeleteRoleAsync(Administrator, id)));
        Ok(await acme.Org.UpdateRoleAsync(Administrator, id, "calm", [calm[0]]));
        Assert.True(await acme.MayAsync(issued.AsCaller(), Operations.ProcessRun));
        Ok(await acme.Key(issued.Key.Id).DeleteAsync(Administrator));
        Ok(await acme.Org.DeleteRoleAsync(Administrator, id));
    }

    [Fact]
    public async Task Keys_are_chosen_by_name_in_roles_and_a_rename_needs_both_names()
    {
        await using var acme = await StartAsync(pump: false);
        var keeper = Auditor;
        var role = new RoleGrant(
            Ok(
                await acme.Org.CreateRoleAsync(
                    Administrator,
                    "keeper",
                    [Policy.Allow(ResourceType.DeployKeys, Policy.Write, Selector.Regex("ci-.*"))]
                )
            ),
            Selector.AllowAll
        );
        Ok(
            await acme.Org.SetMemberRolesAsync(
                Administrator,
                keeper.Principal.Id,
                [role, RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2)]
            )
        );

        var mine = await acme.IssueAsync(AcmeKeys.Spec("ci-web"), keeper);
        var other = await acme.IssueAsync(AcmeKeys.Spec("prod"));

        Assert.Equal("access.denied", Code(await acme.NewKey().CreateAsync(keeper, AcmeKeys.Spec("staging"))));
        Assert.Equal("access.denied", Code(await acme.Key(other.Key.Id).GetAsync(keeper)));
        Assert.Equal("access.denied", Code(await acme.Key(other.Key.Id).DeleteAsync(keeper)));
        Assert.Equal("access.denied", Code(await acme.Key(mine.Key.Id).UpdateAsync(keeper, AcmeKeys.Spec("prod-two"))));
        Ok(await acme.Key(mine.Key.Id).UpdateAsync(keeper, AcmeKeys.Spec("ci-api")));
        Ok(await acme.Key(mine.Key.Id).DeleteAsync(keeper));
    }

    private static async Task<Ticket> TicketAsync(Acme acme, IssuedKey issued) =>
        (await acme.Host.Store.Tickets.FindAsync(Tokens.Hash(issued.Secret)))!;
}
