using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Tests.Personal;

public abstract class PersonalDataConformance(IStoreHarness harness) : PersonalTest(harness)
{
    private static readonly Caller Nobody = Ada with { Principal = new(PrincipalKind.None, "", ""), Ip = "10.6.6.6" };

    [Fact]
    public async Task S30_What_a_record_says_of_a_person_opens_until_they_are_erased()
    {
        await WriteAsync(Ada);
        await WriteAsync(Bob);
        Assert.Equal([new("Ada", "127.0.0.1", "test"), new("Bob", "10.9.8.7", "test")], await FieldsAsync());

        await EraseAsync(new(PersonScope.Of("u1"), Whole: true));

        Assert.Equal([null, new("Bob", "10.9.8.7", "test")], await FieldsAsync());
        await ReopenAsync();
        Assert.Equal([null, new("Bob", "10.9.8.7", "test")], await FieldsAsync());
    }

    [Fact]
    public async Task S30_An_organization_erases_in_its_own_log_and_in_no_other()
    {
        await WriteAsync(Ada);
        await WriteAsync(Ada, "other");

        await EraseAsync(new(PersonScope.Of("u1", "acme")));

        Assert.Equal([null], await FieldsAsync());
        Assert.Equal([new("Ada", "127.0.0.1", "test")], await FieldsAsync("other"));

        // Who comes back is somebody who is known again.
        await WriteAsync(Ada);
        Assert.Equal([null, new("Ada", "127.0.0.1", "test")], await FieldsAsync());
    }

    [Fact]
    public async Task S30_Nothing_is_sealed_any_more_of_who_was_erased_for_good()
    {
        await WriteAsync(Ada);
        await EraseAsync(new(PersonScope.Of("u1"), Whole: true));

        await WriteAsync(Ada);
        await WriteAsync(Ada, "other");

        Assert.Equal([null, null], await FieldsAsync());
        Assert.Equal([null], await FieldsAsync("other"));
        var body = (await EntriesAsync("rec/acme/n1"))[^1].Body;
        Assert.DoesNotContain("127.0.0.1", body, StringComparison.Ordinal);
        Assert.DoesNotContain("person", body, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Store.Sealer.SealAsync(PersonScope.Of("u1"), new byte[] { 1 }, "name")
        );
    }

    [Fact]
    public async Task S30_A_value_of_the_account_says_that_it_was_erased_and_not_that_it_was_changed()
    {
        var scope = PersonScope.Of("u1");
        var name = await Store.Sealer.SealAsync(scope, "Ada"u8.ToArray(), "name");
        Assert.Equal("Ada"u8.ToArray(), await Store.Sealer.OpenUnlessErasedAsync(scope, name, "name"));

        await EraseAsync(new(scope, Whole: true));

        Assert.Null(await Store.Sealer.OpenUnlessErasedAsync(scope, name, "name"));
        await Assert.ThrowsAsync<System.Security.Cryptography.AuthenticationTagMismatchException>(() =>
            Store.Sealer.OpenUnlessErasedAsync(scope, name with { KeyId = "dk_0000000000000000" }, "name")
        );
    }

    [Fact]
    public async Task S30_Strangers_share_a_key_of_the_day()
    {
        await WriteAsync(Nobody);
        await WriteAsync(Nobody with { Principal = new(PrincipalKind.DeployKey, "k1", "CI") });
        Clock.Advance(TimeSpan.FromDays(1));
        await WriteAsync(Nobody);

        await EraseAsync(new(PersonScope.OfVisitors("acme", new(2026, 3, 1))));

        Assert.Equal([null, null, new("", "10.6.6.6", "test")], await FieldsAsync());
    }

    [Fact]
    public async Task S30_Every_value_is_proven_by_its_record_and_can_be_withheld_by_itself()
    {
        await WriteAsync(Ada);
        using var body = JsonDocument.Parse((await EntriesAsync("rec/acme/n1"))[0].Body);
        var disclosure = (await Store.Personal.OpenAsync(body.RootElement)).Disclosure!;
        var commitment = body.RootElement.GetProperty("person").GetProperty("commitment").GetString();

        Assert.Equal(commitment, System.Buffers.Text.Base64Url.EncodeToString(disclosure.Only(["ip"]).Commitment()));
        Assert.Null(disclosure.Only(["ip"]).Name.Value);
        Assert.Equal("127.0.0.1", disclosure.Only(["ip"]).Ip.Value);
        var other = disclosure with { Ip = DisclosedField.Of(disclosure.Ip.Salt!, "127.0.0.2") };
        Assert.NotEqual(commitment, System.Buffers.Text.Base64Url.EncodeToString(other.Commitment()));
    }

    [Fact]
    public async Task S30_Two_records_of_one_person_have_nothing_in_common_that_is_personal()
    {
        await WriteAsync(Ada);
        await WriteAsync(Ada);

        var people = (await EntriesAsync("rec/acme/n1"))
            .Select(entry => JsonDocument.Parse(entry.Body).RootElement.GetProperty("person"))
            .ToList();
        Assert.NotEqual(
            people[0].GetProperty("commitment").GetString(),
            people[1].GetProperty("commitment").GetString()
        );
        Assert.NotEqual(people[0].GetProperty("box").GetString(), people[1].GetProperty("box").GetString());
    }

    [Fact]
    public async Task S30_A_job_of_who_was_erased_runs_without_their_name()
    {
        var job = new JobDraft
        {
            Id = "j1",
            Kind = "k",
            Org = "acme",
            Stream = "app/acme/a/b",
            Operation = "app.get",
            Resource = "a/b",
            Caller = Ada,
        };
        await Store.Journal.AppendAsync(Append(Write("app/acme/a/b", 0)) with { Jobs = [job] });
        Assert.Equal(Ada, (await Store.Jobs.GetAsync("j1"))!.Job.Caller);

        await EraseAsync(new(PersonScope.Of("u1"), Whole: true));

        var caller = (await Store.Jobs.GetAsync("j1"))!.Job.Caller;
        Assert.Equal(("u1", "", "", ""), (caller.Principal.Id, caller.Principal.Name, caller.Ip, caller.Client));
    }

    private async Task<List<PersonalFields?>> FieldsAsync(string org = "acme")
    {
        var fields = new List<PersonalFields?>();
        foreach (var entry in await EntriesAsync($"rec/{org}/n1"))
        {
            using var body = JsonDocument.Parse(entry.Body);
            fields.Add((await Store.Personal.OpenAsync(body.RootElement)).Fields);
        }

        return fields;
    }
}
