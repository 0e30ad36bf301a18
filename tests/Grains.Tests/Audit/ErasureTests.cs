using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Audit;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit;

public sealed class ErasureTests
{
    [Fact]
    public async Task S30_Who_left_is_erased_everywhere_and_every_proof_holds()
    {
        await using var acme = await StartAsync();
        await acme.CreateAppWithoutPumpAsync();
        Ok(await acme.Org.RemoveMemberAsync(Administrator, "dev"));
        var before = await FieldsAsync(acme, "dev");
        Assert.Contains(before, fields => fields is { Name: "dev", Ip: "192.0.2.7" });
        await IndexedAsync(acme);
        Assert.NotEmpty(await FoundAsync(acme, "actor:dev ip:192.0.2.0/24"));

        Ok(await User(acme, "dev").EraseAsync(Operator));

        Assert.All(await FieldsAsync(acme, "dev"), Assert.Null);
        Assert.Equal(before.Count, (await FieldsAsync(acme, "dev")).Count);
        Assert.Contains(await FieldsAsync(acme, "ada"), fields => fields?.Name == "ada");
        await Eventually.Of(
            () => acme.JobsAsync(ErasureJob.Kind, org: ""),
            jobs => jobs is [{ Status: JobStatus.Done }],
            "what is left is scrubbed"
        );
        Assert.Empty(await FoundAsync(acme, "actor:dev ip:192.0.2.0/24"));
        Assert.NotEmpty(await FoundAsync(acme, "actor:dev"));
        Assert.Empty(await acme.Host.Store.Audit.VerifyAsync());
        Assert.Null(await acme.Host.Store.Journal.VerifyAsync(StreamId.User("dev")));
    }

    [Fact]
    public async Task S30_An_erased_account_cannot_be_used_found_or_enabled_and_its_address_is_free()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.RegisterAsync("gone");
        var people = acme.Host.Get<People>();
        Assert.True(EmailAddress.TryParse("gone@example.com", out var address));
        var hash = await people.EmailHashAsync(address);
        Assert.Equal("gone", (await people.FindByEmailHashAsync(hash))!.State.Id);

        Ok(await User(acme, "gone").EraseAsync(Operator));
        Ok(await User(acme, "gone").EraseAsync(Operator));

        Assert.Null(await people.FindByEmailHashAsync(hash));
        var person = (await people.FindAsync("gone"))!;
        Assert.Equal(("", "", null), (person.Name, person.Email, person.State.Password));
        Assert.NotNull(person.State.Disabled);
        Assert.Equal("user.erased", Code(await User(acme, "gone").EnableAsync(Operator)));
        await acme.Host.RestartAsync(pump: false);
        Assert.NotNull((await acme.Host.Get<People>().FindAsync("gone"))!.State.Erased);

        // Who comes back is somebody else.
        var again = new RegisterUser("gone@example.com", "Gone", new("a long enough passphrase"), false);
        Ok(await User(acme, "anew").RegisterAsync(Operator, again));
        Assert.Equal("anew", (await acme.Host.Get<People>().FindByEmailHashAsync(hash))!.State.Id);
        Assert.Equal("user.email_taken", Code(await User(acme, "third").RegisterAsync(Operator, again)));
    }

    [Fact]
    public async Task Nobody_is_erased_who_is_a_member_or_an_operator()
    {
        await using var acme = await StartAsync(pump: false);

        Assert.Equal("user.still_member", Code(await User(acme, "dev").EraseAsync(Operator)));
        Assert.Equal("user.not_found", Code(await User(acme, "nobody").EraseAsync(Operator)));
        foreach (var caller in new[] { Administrator, By("dev"), Outsider, Acme.System })
        {
            Assert.Equal("access.denied", Code(await User(acme, "dev").EraseAsync(caller)));
        }

        Assert.Equal("dev", (await acme.Host.Get<People>().FindAsync("dev"))!.Name);
    }

    [Fact]
    public async Task S30_An_organization_erases_a_former_member_from_its_own_log_only()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.CreateAppWithoutPumpAsync();
        Assert.Equal("member.still_here", Code(await acme.Org.EraseMemberAsync(Administrator, "dev")));
        Assert.Equal("member.not_found", Code(await acme.Org.EraseMemberAsync(Administrator, "nobody")));
        Ok(await acme.Org.RemoveMemberAsync(Administrator, "dev"));
        foreach (var caller in new[] { Developer, Auditor, Outsider, Operator })
        {
            Assert.Equal("access.denied", Code(await acme.Org.EraseMemberAsync(caller, "dev")));
        }

        Ok(await acme.Org.EraseMemberAsync(Administrator, "dev"));

        Assert.All(await FieldsAsync(acme, "dev"), Assert.Null);
        Assert.Equal("dev", (await acme.Host.Get<People>().FindAsync("dev"))!.Name);
        Assert.Contains(
            "\"userId\":\"dev\"",
            Assert.Single(await acme.RecordsAsync("member.erase", EntryResult.Ok)).Body
        );
        Assert.Single(await acme.JobsAsync(ErasureJob.Kind));
    }

    [Fact]
    public async Task S30_What_a_person_was_called_and_came_from_is_erased_with_them()
    {
        await using var acme = await StartAsync(pump: false);
        var self = By("gone", org: null);
        Ok(
            await User(acme, "gone")
                .RegisterAsync(Operator, new("gone@example.com", "First", new("a long passphrase"), false))
        );
        Ok(await User(acme, "gone").RenameAsync(self, "Second"));
        var command = new IssueCredential("cli", "Third", TimeSpan.FromDays(1))
        {
            Networks = ["203.0.113.0/24", "2001:db8::/32"],
        };
        var token = Ok(await User(acme, "gone").IssueCredentialAsync(self, command));
        Ok(await User(acme, "gone").RenameCredentialAsync(self, "cli", token.Id, "Fourth"));
        string[] expected =
        [
            .. (string[])["First", "gone@example.com", "First", "Second", "Third", "203.0.113.0/24, 2001:db8::/32"],
            .. (string[])["Third", "Fourth"],
        ];
        Assert.Equal(expected, await PersonalChangesAsync(acme));

        Ok(await User(acme, "gone").EraseAsync(Operator));

        Assert.Equal(expected.Select(_ => (string?)null), await PersonalChangesAsync(acme));
        Assert.Empty(await acme.Host.Store.Audit.VerifyAsync());
        Assert.Null(await acme.Host.Store.Journal.VerifyAsync(StreamId.User("gone")));
    }

    [Fact]
    public async Task S30_No_file_holds_the_name_the_address_or_the_tokens_of_who_was_erased()
    {
        await using var acme = await StartAsync();
        Ok(
            await User(acme, "gone")
                .RegisterAsync(Operator, new("quetzal@example.com", "Quetzal One", new("a long passphrase"), false))
        );
        Ok(await acme.Org.AddMemberAsync(Administrator, "gone", [new(BuiltInRoles.DeveloperV2.Id, Selector.AllowAll)]));
        var self = By("gone") with { Principal = new(PrincipalKind.User, "gone", "Quetzal One"), Client = "quetzal/7" };
        Ok(await User(acme, "gone").RenameAsync(self with { Org = null }, "Quetzal Two"));
        var command = new IssueCredential("cli", "Quetzal's laptop", TimeSpan.FromDays(1));
        for (var i = 0; i < 20; i++)
        {
            Ok(await User(acme, "gone").IssueCredentialAsync(self with { Org = null }, command));
        }

        Ok(await acme.App().CreateAsync(self, null));
        Ok(await acme.Org.RemoveMemberAsync(Administrator, "gone"));
        Assert.NotEmpty(Traces.InFiles(acme.Host.Folder, "quetzal"));

        Ok(await User(acme, "gone").EraseAsync(Operator));

        await Eventually.Of(
            () => acme.JobsAsync(ErasureJob.Kind, org: ""),
            jobs => jobs is [{ Status: JobStatus.Done }],
            "what is left is scrubbed"
        );
        Assert.Empty(Traces.InTables(acme.Host.Folder, "quetzal"));
        Assert.Empty(Traces.InFiles(acme.Host.Folder, "quetzal"));
        Assert.DoesNotContain(
            acme.Host.Log.Lines,
            line => line.Contains("quetzal", StringComparison.OrdinalIgnoreCase)
        );
    }

    private static IUserGrain User(Acme acme, string id) => acme.Host.Grains.GetGrain<IUserGrain>(id);

    private static async Task<List<PersonalFields?>> FieldsAsync(Acme acme, string actor)
    {
        var fields = new List<PersonalFields?>();
        foreach (
            var entry in await acme.Host.Store.Journal.SearchAsync(
                new()
                {
                    Org = "acme",
                    ActorId = actor,
                    Limit = 1000,
                }
            )
        )
        {
            using var body = JsonDocument.Parse(entry.Body);
            fields.Add((await acme.Host.Store.Personal.OpenAsync(body.RootElement)).Fields);
        }

        return fields;
    }

    /// <summary>Personal values among what was changed about who is to be erased, the oldest first.</summary>
    private static async Task<List<string?>> PersonalChangesAsync(Acme acme)
    {
        var values = new List<string?>();
        var entries = await acme.Host.Store.Journal.SearchAsync(new() { Org = "", Limit = 1000 });
        foreach (var entry in entries.Reverse())
        {
            using var body = JsonDocument.Parse(entry.Body);
            foreach (var change in ChangeJson.Read(body.RootElement).Items)
            {
                foreach (var value in new[] { change.Before, change.After }.OfType<ChangeValue.Personal>())
                {
                    values.Add(await acme.Host.Store.Personal.OpenAsync(value));
                }
            }
        }

        return values;
    }

    private static Task IndexedAsync(Acme acme) =>
        Eventually.Of(
            async () => (await FoundAsync(acme, "actor:dev")).Length,
            found => found > 0,
            "what was done is in the index"
        );

    private static async Task<long[]> FoundAsync(Acme acme, string query) =>
        [.. await acme.Host.Store.Search.FindAsync("acme", AuditQuery.Parse(query).Value, null, 1000)];
}
