using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains;
using Palisade.Grains.Audit;
using Palisade.Grains.Orgs;
using Palisade.Grains.Tests.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Web.Console;
using Palisade.Web.Console.Audit;
using Palisade.Web.Console.Keys;

namespace Palisade.Web.Tests.Console;

public sealed class AuditApiTests : IAsyncLifetime
{
    private const string Root = "/orgs/acme/audit";

    private readonly ConsoleWorld _world = new();
    private KeptLog? _log;

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        _log = KeptLog.Begin(_world, "acme");
        await IndexedAsync();
    }

    public async Task DisposeAsync()
    {
        await _log!.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("/checkpoint", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("/keys", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("/records", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("/records/0", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("/facets", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("/consistency", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("/export", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("POST /keys/rotate", "audi 403, dev 403, eve 404, nobody 401, ada 200")]
    [InlineData("/retention", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("PUT /retention", "audi 403, dev 403, eve 404, nobody 401, ada 400")]
    [InlineData("PUT /hold", "audi 403, dev 403, eve 404, nobody 401, ada 400")]
    [InlineData("DELETE /hold", "audi 403, dev 403, eve 404, nobody 401, ada 404")]
    public async Task Each_route_is_open_to_whom_its_operation_is_allowed(string route, string expected)
    {
        var (method, path) = route.Split(' ') is [var verb, var rest] ? (verb, rest) : ("GET", route);
        var seen = new List<string>();
        foreach (var who in expected.Split(", ").Select(item => item.Split(' ')[0]))
        {
            using var client = _world.Client(who == "nobody" ? null : who);
            using var answer = await client.SendAsync(new(new(method), $"/api/v1{Root}{path}"));
            seen.Add($"{who} {(int)answer.StatusCode}");
        }

        Assert.Equal(expected, string.Join(", ", seen));
    }

    [Fact]
    public async Task S31_Lists_of_records_carry_the_latest_checkpoint_signed_by_the_published_key()
    {
        var (_, keys, _) = await _world.SendAsync<SigningKeysJson>("audi", "GET", $"{Root}/keys");
        var (_, records, _) = await _world.SendAsync<RecordsJson>("audi", "GET", $"{Root}/records?limit=2");
        var (_, facets, _) = await _world.SendAsync<FacetsJson>("audi", "GET", $"{Root}/facets");

        Assert.True(NoteKey.TryParse(keys!.Current, out var key));
        foreach (var note in new[] { records!.Checkpoint, facets!.Checkpoint, await TextAsync("/checkpoint") })
        {
            Assert.True(SignedNote.TryParse(note, out var signed));
            Assert.True(signed.IsSignedBy(key));
        }

        Assert.Equal(2, records.Items.Length);
        Assert.Contains(facets.Counts, count => count is { Facet: "actor", Value: "ada" });
    }

    [Fact]
    public void S31_Every_answer_that_holds_records_has_a_place_for_the_latest_checkpoint()
    {
        var answers = _world
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.SelectMany(e => e.Metadata.OfType<IProducesResponseTypeMetadata>())
            .Select(produced => produced.Type)
            .OfType<Type>()
            .Distinct()
            .Where(HoldsRecords)
            .ToList();

        Assert.Equal(["LeakReport", "ProvenRecordJson", "RecordsJson"], answers.Select(t => t.Name).Order());
        Assert.All(answers, type => Assert.Equal(typeof(string), type.GetProperty("Checkpoint")?.PropertyType));
    }

    /// <summary>Whether what a type shows is, at any depth, a record of a log.</summary>
    private static bool HoldsRecords(Type type) =>
        type.GetProperties()
            .Select(p => p.PropertyType)
            .SelectMany(t => t.IsGenericType ? t.GetGenericArguments() : [t])
            .Where(t => t != type && t.Namespace?.StartsWith("Palisade.Web", StringComparison.Ordinal) == true)
            .Any(t => t == typeof(RecordJson) || t == typeof(KeyAct) || HoldsRecords(t));

    [Fact]
    public async Task S30_Records_are_opened_and_exports_show_of_people_what_is_asked_for()
    {
        var (_, records, _) = await _world.SendAsync<RecordsJson>("audi", "GET", $"{Root}/records?q=actor:ada&limit=1");
        var record = Assert.Single(records!.Items);
        var body = record.Body!.Value;
        var ip = body.GetProperty("ip").GetString()!;
        Assert.NotEmpty(body.GetProperty("actor").GetProperty("name").GetString()!);
        Assert.False(record.PersonErased || body.TryGetProperty("person", out _));

        Assert.Contains($"\"{ip}\"", await TextAsync("/export"), StringComparison.Ordinal);
        Assert.Contains($"\"{ip}\"", await TextAsync("/export?format=csv"), StringComparison.Ordinal);
        Assert.Contains($"\"{ip}\"", await TextAsync("/export?disclose=ip,client"), StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{ip}\"", await TextAsync("/export?disclose=name"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "\"person\":{\"name\"",
            await TextAsync("/export?disclose=none"),
            StringComparison.Ordinal
        );
        var (status, _, _) = await _world.SendAsync<RecordsJson>("audi", "GET", $"{Root}/export?disclose=email");
        Assert.Equal(400, status);
    }

    [Fact]
    public async Task S30_A_period_and_a_hold_are_set_and_shown()
    {
        var (_, before, _) = await _world.SendAsync<RetentionJson>("audi", "GET", $"{Root}/retention");
        await _world.SendAsync<object>("ada", "PUT", $"{Root}/retention", new SetRetentionJson(365));
        await _world.SendAsync<object>("ada", "PUT", $"{Root}/hold", new SetHoldJson("Case 12/34"));
        var (_, after, _) = await _world.SendAsync<RetentionJson>("audi", "GET", $"{Root}/retention");

        Assert.Equal(new RetentionJson(), before);
        Assert.Equal((365, "Case 12/34", "ada"), (after!.Days, after.Hold!.Reason, after.Hold.By));
    }

    [Fact]
    public async Task Records_are_searched_page_by_page_and_each_has_its_proof()
    {
        var (_, first, _) = await _world.SendAsync<RecordsJson>(
            "audi",
            "GET",
            $"{Root}/records?q=op:rack.create%20actor:ada&limit=1"
        );
        var (_, second, _) = await _world.SendAsync<RecordsJson>(
            "audi",
            "GET",
            $"{Root}/records?q=op:rack.create%20actor:ada&limit=1&cursor={first!.Next}"
        );

        Assert.True(Assert.Single(first.Items).Index > Assert.Single(second!.Items).Index);
        var (_, proven, _) = await _world.SendAsync<ProvenRecordJson>(
            "audi",
            "GET",
            $"{Root}/records/{first.Items[0].Index}"
        );
        Assert.True(SignedNote.TryParse(proven!.Checkpoint, out var note));
        Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint));
        Assert.True(
            MerkleProofs.IsIncluded(
                Merkle.Leaf(Convert.FromHexString(proven.Record.Hash)),
                proven.Record.Index,
                checkpoint.Size,
                [.. proven.Proof.Select(Convert.FromHexString)],
                checkpoint.Root.ToArray()
            )
        );
    }

    [Fact]
    public async Task An_actor_is_found_by_the_name_that_they_have_now()
    {
        var ada = _world.Grains.GetGrain<Palisade.Grains.Users.IUserGrain>("ada");
        Assert.True((await ada.RenameAsync(ConsoleWorld.User("ada"), "Ada Lovelace")).Ok);
        var (_, byId, _) = await FindAsync("actor:ada op:rack.create");

        foreach (var name in new[] { "actor:lovelace", "actor:\"ada lovelace\"", "actor:Ada" })
        {
            var (_, byName, _) = await FindAsync($"{name} op:rack.create");
            Assert.NotEmpty(byName!.Items);
            Assert.Equal(byId!.Items.Select(r => r.Index), byName.Items.Select(r => r.Index));
        }

        Assert.Empty((await FindAsync("actor:love op:rack.create")).Value!.Items);
        var table = await TextAsync("/export?format=csv&q=actor:lovelace%20op:rack.create");
        Assert.Contains("\"rack.create\"", table, StringComparison.Ordinal);
        Assert.DoesNotContain("org.create", table, StringComparison.Ordinal);

        Task<(int Status, RecordsJson? Value, ProblemJson? Problem)> FindAsync(string q) =>
            _world.SendAsync<RecordsJson>("audi", "GET", $"{Root}/records?q={Uri.EscapeDataString(q)}");
    }

    [Fact]
    public async Task S30_Nobody_is_found_by_the_name_of_which_the_log_was_cleared()
    {
        await _world.AddMemberAsync("zoe", RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        var org = _world.Grains.GetGrain<IOrgGrain>("acme");
        var zoe = _world.Grains.GetGrain<Palisade.Grains.Users.IUserGrain>("zoe");
        Assert.True((await zoe.RenameAsync(ConsoleWorld.User("zoe"), "Zoe Zimmer")).Ok);

        // Something that zoe tried is in this log.
        Assert.False((await org.RemoveMemberAsync(ConsoleWorld.User("zoe"), "dev")).Ok);
        Assert.True((await org.RemoveMemberAsync(ConsoleWorld.User("ada"), "zoe")).Ok);
        await IndexedAsync();
        await _log!.IndexedAsync(StreamId.Records("acme", _world.Services.GetRequiredService<NodeIdentity>().Id));
        Assert.NotEmpty(await FoundAsync("actor:zimmer"));

        Assert.Equal(204, (await _world.SendAsync<Done>("ada", "POST", "/orgs/acme/members/zoe/erase")).Status);

        Assert.Empty(await FoundAsync("actor:zimmer"));
        Assert.Empty(await FoundAsync("actor:\"Zoe Zimmer\""));
        Assert.NotEmpty(await FoundAsync("actor:zoe"));

        async Task<ImmutableArray<RecordJson>> FoundAsync(string q) =>
            (await _world.SendAsync<RecordsJson>("audi", "GET", $"{Root}/records?q={Uri.EscapeDataString(q)}"))
                .Value!
                .Items;
    }

    [Fact]
    public async Task S30_The_record_of_an_export_says_which_filters_were_used_and_none_of_their_values()
    {
        await TextAsync($"/export?q={Uri.EscapeDataString("actor:\"Grace Hopper\" ip:198.51.100.99 Hopper")}");

        var records = await _world.Store.Journal.SearchAsync(
            new() { Org = "acme", Operation = Operations.AuditExport.Name }
        );
        Assert.Contains(records, r => r.Body.Contains("\"filters\":\"actor,ip,words\"", StringComparison.Ordinal));
        Assert.All(
            records,
            record =>
            {
                Assert.DoesNotContain("Hopper", record.Body, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("198.51.100.99", record.Body, StringComparison.Ordinal);
            }
        );
    }

    [Theory]
    [InlineData("/records?q=nokey:x", "audit.bad_query")]
    [InlineData("/records?cursor=%21", "page.bad_cursor")]
    [InlineData("/records?cursor=YWJj", "page.bad_cursor")]
    [InlineData("/records/99999999", "audit.no_record")]
    [InlineData("/facets?since=tomorrow", "option.invalid")]
    [InlineData("/facets?since=2026-02-02&until=2026-01-01", "option.invalid")]
    [InlineData("/consistency?first=5&second=2", "audit.bad_range")]
    [InlineData("/consistency?first=x", "option.invalid")]
    [InlineData("/checkpoint?size=99999999", "audit.no_checkpoint")]
    [InlineData("/export?from=99999999", "audit.bad_range")]
    [InlineData("/export?format=xml", "option.invalid")]
    public async Task Bad_input_is_named(string path, string code) =>
        Assert.Equal(code, (await _world.SendAsync<object>("audi", "GET", Root + path)).Problem?.Code);

    [Fact]
    public async Task S31_An_export_verifies_offline_with_the_published_key_and_an_earlier_checkpoint()
    {
        var (_, keys, _) = await _world.SendAsync<SigningKeysJson>("audi", "GET", $"{Root}/keys");
        Assert.True(NoteKey.TryParse(keys!.Current, out var key));
        Assert.True(SignedNote.TryParse(await TextAsync("/checkpoint"), out var earlier));
        await _world.SendAsync<RotatedKeyJson>("ada", "POST", $"{Root}/keys/rotate");
        await IndexedAsync();

        foreach (var path in new[] { "/export", "/export?q=actor:ada" })
        {
            var report = Verify(await TextAsync(path), key, path == "/export" ? earlier : null);
            Assert.Empty(report.Faults);
            Assert.True(report.Records > 3);
        }

        var altered = (await TextAsync("/export")).Replace("rack.create", "rack.delete", StringComparison.Ordinal);
        Assert.Contains(Verify(altered, key, earlier).Faults, fault => fault.Code == "record");
        Assert.NotEmpty(
            (await _world.SendAsync<RecordsJson>("audi", "GET", $"{Root}/records?q=op:signing.rotate")).Value!.Items
        );
    }

    [Fact]
    public async Task A_table_has_the_checkpoint_above_its_columns_and_no_formula()
    {
        await _world.Grains.GetGrain<IOrgGrain>("acme").RemoveMemberAsync(ConsoleWorld.User("ada"), "=1+1");
        await IndexedAsync();

        var lines = (await TextAsync("/export?format=csv")).Split("\r\n");

        Assert.StartsWith("# palisade/", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("index,at,actor,operation", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\"rack.create\"", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("\"=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_that_retention_erased_is_a_row_that_says_so()
    {
        await _world.SendAsync<object>("dev", "GET", $"{Root}/keys");
        await _world.SendAsync<object>("ada", "PUT", $"{Root}/retention", new SetRetentionJson(90));
        await IndexedAsync();
        var before = Rows(await TextAsync("/export?format=csv")).ToDictionary(row => row[0]);
        var erased = await EraseAsync();

        var rows = Rows(await TextAsync("/export?format=csv"));

        var notices = rows.Where(row => row[3] == "audit.erase").Select(row => row[0]).ToList();
        var empty = rows.Where(row => notices.Contains(row[^2])).ToList();
        Assert.Equal(erased, empty.Count);
        Assert.Contains(empty, row => row is [_, _, "dev", "audit.read", _, "denied", ..]);

        // Its place, time, actor, operation, resource, result, stream, number and hash are those that it had.
        foreach (var row in empty.Where(row => before.ContainsKey(row[0])))
        {
            var was = before[row[0]];
            Assert.Equal([.. was[..6], "", "", "", "", "", .. was[^5..^2]], row[..^2]);
            Assert.Equal("", row[^1]);
        }
    }

    [Fact]
    public async Task S31_A_record_whose_body_is_missing_is_a_row_that_says_so_and_breaks_off_a_bundle()
    {
        await _world.SendAsync<object>("dev", "GET", $"{Root}/keys");
        await IndexedAsync();
        var lost = (await _world.Store.Audit.ReadAsync("acme", 0, 1000))[1];
        LostBody.Take(_world.Database, lost);

        var (status, records, _) = await _world.SendAsync<RecordsJson>("audi", "GET", $"{Root}/records?limit=100");
        Assert.Equal(200, status);
        var row = Assert.Single(records!.Items, record => record.Index == lost.Index);
        Assert.Equal((null, true, lost.Facets.Operation), (row.Erased!.By, row.Erased.Missing, row.Erased.Operation));
        Assert.Null(row.Body);
        Assert.True(records.Items[^1].Index < lost.Index);
        var cells = Assert.Single(Rows(await TextAsync("/export?format=csv")), cells => cells[^1].Length > 0);
        Assert.Equal(($"{lost.Index}", "", "true"), (cells[0], cells[^2], cells[^1]));
        await Assert.ThrowsAsync<HttpRequestException>(() => TextAsync("/export"));
        Assert.Equal("{\"records\":1,\"brokenOff\":\"missing\"}", (await SentAsync("/export"))[^1]);
    }

    [Fact]
    public async Task S31_A_record_that_is_erased_while_a_table_is_written_is_a_row_that_says_so()
    {
        await _world.SendAsync<object>("dev", "GET", $"{Root}/keys");
        await _world.SendAsync<object>("ada", "PUT", $"{Root}/retention", new SetRetentionJson(90));
        await IndexedAsync();
        var lines = await _world.Services.GetRequiredService<LogExport>().CompleteAsync("acme", 0, null, [], default);
        var erased = await EraseAsync();

        var rows = new List<string[]>();
        await foreach (var line in lines.Value)
        {
            rows.AddRange(Rows(System.Text.Encoding.UTF8.GetString(AuditTable.Of(line))));
        }

        var empty = rows.Where(row => row[^2].Length > 0).ToList();
        Assert.Equal(erased, empty.Count);
        Assert.All(empty, row => Assert.True(long.Parse(row[^2], null) >= rows.Count));
        Assert.Contains(empty, row => row is [_, _, "dev", "audit.read", _, "denied", "", ..]);
        Assert.Contains(rows, row => row[3] == "rack.create" && row[^2].Length == 0);
    }

    /// <summary>The lines that arrive of what breaks off.</summary>
    private async Task<List<string>> SentAsync(string path)
    {
        using var client = _world.Client("audi");
        using var sent = new StreamReader(
            await client.GetStreamAsync(new Uri($"/api/v1{Root}{path}", UriKind.Relative))
        );
        var lines = new List<string>();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await sent.ReadLineAsync() is { } line)
            {
                lines.Add(line);
            }
        });
        return lines;
    }

    private Task<long> EraseAsync() =>
        new LogRetention(
            _world.Store,
            _world.Services.GetRequiredService<AuditFacts>(),
            _world.Services.GetRequiredService<NodeIdentity>(),
            new LaterClock(TimeSpan.FromDays(91))
        ).EraseDueAsync("acme", default);

    private static List<string[]> Rows(string table) =>
        [.. table.Split("\r\n").Where(line => line.StartsWith('"')).Select(line => line[1..^1].Split("\",\""))];

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    private static VerificationReport Verify(string bundle, NoteKey key, SignedNote? since)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(bundle));
        return BundleFile.Verify(stream, new(key, since));
    }

    private async Task<string> TextAsync(string path)
    {
        using var client = _world.Client("audi");
        return await client.GetStringAsync(new Uri($"/api/v1{Root}{path}", UriKind.Relative));
    }

    /// <summary>Everything that was appended until now is sealed and can be found.</summary>
    private Task IndexedAsync() => _log!.IndexedAsync(StreamId.Org("acme"), StreamId.Audit("acme"));
}
