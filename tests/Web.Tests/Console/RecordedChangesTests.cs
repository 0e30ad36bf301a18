using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Web.Console.Audit;

namespace Palisade.Web.Tests.Console;

/// <summary>What was there before, as people read records.</summary>
public sealed class RecordedChangesTests : IAsyncLifetime
{
    private const string Root = "/orgs/acme/audit";

    private readonly ConsoleWorld _world = new();
    private KeptLog? _log;

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        _log = KeptLog.Begin(_world, "acme");
    }

    public async Task DisposeAsync()
    {
        await _log!.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_record_its_table_and_its_bundle_say_what_was_there_before()
    {
        await _world.SendAsync<object>("ada", "PUT", $"{Root}/retention", new SetRetentionJson(365));
        await _world.SendAsync<object>("ada", "PUT", $"{Root}/retention", new SetRetentionJson(90));
        await _log!.IndexedAsync(StreamId.Audit("acme"));

        var record = (await FindAsync("op:audit.settings"))[0];

        var change = Assert.Single(record.Changes!.Value);
        Assert.Equal(("retention.days", "changed"), (change.Path, change.Kind));
        Assert.Equal((365, 90), (change.Before!.Value.GetInt32(), change.After!.Value.GetInt32()));
        Assert.False(record.Body!.Value.TryGetProperty("changes", out _));
        Assert.Contains(
            ",\"retention.days: 365 → 90\",",
            await TextAsync("/export?format=csv"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            """ "changes":[{"path":"retention.days","kind":"changed","before":365,"after":90}] """.Trim(),
            await TextAsync("/export"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_search_finds_a_record_by_what_was_there_before()
    {
        var (_, made, _) = await _world.SendAsync<JsonElement>("ada", "POST", "/orgs/acme/groups", Group("Nightwatch"));
        var id = made.GetProperty("id").GetString();
        await _world.SendAsync<object>("ada", "PATCH", $"/orgs/acme/groups/{id}", new { name = "Daywatch" });
        await _log!.IndexedAsync(StreamId.Org("acme"));

        var found = await FindAsync("op:group.update Nightwatch");

        Assert.Equal("Nightwatch", Assert.Single(Assert.Single(found).Changes!.Value).Before!.Value.GetString());

        static object Group(string name) => new { name, roles = Array.Empty<object>() };
    }

    [Fact]
    public async Task S30_A_name_is_shown_before_and_after_until_its_person_is_erased()
    {
        await using var log = KeptLog.Begin(_world, "");
        var user = _world.Grains.GetGrain<IUserGrain>("gone");
        await user.RegisterAsync(
            ConsoleWorld.Operator,
            new("gone@example.com", "First", new("a long passphrase"), false)
        );
        await user.RenameAsync(ConsoleWorld.User("gone", org: null), "Second");
        await log.IndexedAsync(StreamId.User("gone"));
        var before = await RenamedAsync();

        await user.EraseAsync(ConsoleWorld.Operator);

        Assert.Equal(("First", "Second", false), (Text(before.Before), Text(before.After), before.Erased));
        var after = await RenamedAsync();
        Assert.Equal((null, null, true), (Text(after.Before), Text(after.After), after.Erased));

        async Task<FieldChangeJson> RenamedAsync() =>
            Assert.Single((await FindAsync("op:account.update", "operator", "/operator/audit"))[0].Changes!.Value);

        static string? Text(JsonElement? value) => value?.GetString();
    }

    [Fact]
    public async Task Objects_that_the_front_stores_and_deletes_are_changes()
    {
        await _world.Grains.GetGrain<IAppGrain>("acme/staging/web").CreateAsync(ConsoleWorld.User("ada"), null);
        using var client = _world.Client("ada");
        client.DefaultRequestHeaders.Authorization = new(
            "Basic",
            Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"convox:{_world.Token("ada")}"))
        );
        client.DefaultRequestHeaders.Add("Rack", "acme/staging");

        foreach (var (method, key) in new[] { ("POST", "tmp/a.tgz"), ("POST", "other"), ("DELETE", "other") })
        {
            using var request = new HttpRequestMessage(new(method), $"/apps/web/objects/{key}");
            request.Content = method == "POST" ? new ByteArrayContent([1, 2, 3]) : null;
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal("objects: added tmp/a.tgz", await SaidAsync("source.upload"));
        Assert.Equal("objects: added other", await SaidAsync("object.put"));
        Assert.Equal("objects: removed other", await SaidAsync("object.delete"));
    }

    [Fact]
    public async Task A_record_from_before_there_were_changes_is_read_as_ever()
    {
        var caller = ConsoleWorld.User("ada");
        var old = new EntryDraft
        {
            Caller = caller,
            Operation = "role.update",
            ResourceType = "Roles",
            Resource = "",
        };
        var stream = StreamId.Records("acme", "old");
        await _world.Store.Journal.AppendAsync(new Append { Org = "acme", Writes = [new(stream, null, [old])] });
        await _log!.IndexedAsync(stream);

        Assert.Empty((await FindAsync("op:role.update"))[0].Changes!.Value);
        Assert.Contains("\"role.update\"", await TextAsync("/export?format=csv"), StringComparison.Ordinal);
        Assert.Empty(await _world.Store.Audit.VerifyAsync());
    }

    private async Task<ImmutableArray<RecordJson>> FindAsync(string q, string who = "audi", string root = Root)
    {
        var path = $"{root}/records?q={Uri.EscapeDataString(q)}";
        var (status, records, _) = await _world.SendAsync<RecordsJson>(who, "GET", path);
        Assert.Equal(200, status);
        return records!.Items;
    }

    private async Task<string> SaidAsync(string operation)
    {
        var filter = new EntryFilter { Org = "acme", Operation = operation };
        var entry = Assert.Single(await _world.Store.Journal.SearchAsync(filter));
        using var body = JsonDocument.Parse(entry.Body);
        return Domain.Audit.Changes.ChangeJson.Read(body.RootElement).ToString();
    }

    private async Task<string> TextAsync(string path)
    {
        using var client = _world.Client("audi");
        return await client.GetStringAsync(new Uri($"/api/v1{Root}{path}", UriKind.Relative));
    }
}
