using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Web.Console.Audit;

namespace Palisade.Web.Tests.Console.Operator;

/// <summary>The installation's own log, for operators.</summary>
public sealed class InstallationLogTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>, IAsyncLifetime
{
    private const string Op = ConsoleWorld.OperatorName;
    private const string Root = "/operator/audit";

    private readonly KeptLog _log = KeptLog.Begin(world, "");

    public Task InitializeAsync() =>
        _log.IndexedAsync(StreamId.InstallationFacts, StreamId.User("opal"), StreamId.User("audi"));

    public Task DisposeAsync() => _log.DisposeAsync().AsTask();

    [Theory]
    [InlineData("/checkpoint")]
    [InlineData("/keys")]
    [InlineData("/records")]
    [InlineData("/records/0")]
    [InlineData("/facets")]
    [InlineData("/consistency")]
    [InlineData("/export")]
    [InlineData("POST /keys/rotate")]
    public async Task S04_Each_route_is_the_operators_only(string route)
    {
        var (method, path) = route.Split(' ') is [var verb, var rest] ? (verb, rest) : ("GET", route);
        var seen = new List<string>();
        foreach (var who in new[] { Op, "opal", "ada", "eve", null })
        {
            using var client = world.Client(who);
            using var answer = await client.SendAsync(new(new(method), $"/api/v1{Root}{path}"));
            seen.Add($"{who ?? "nobody"} {(int)answer.StatusCode}");
        }

        Assert.Equal("operator 200, opal 403, ada 403, eve 403, nobody 401", string.Join(", ", seen));
    }

    [Fact]
    public async Task It_is_read_in_parts_and_holds_no_organizations_records()
    {
        var (seen, cursor) = (new List<RecordJson>(), "");
        do
        {
            var page = await world.SendAsync<RecordsJson>(Op, "GET", $"{Root}/records?limit=7{cursor}");
            Assert.Equal(200, page.Status);
            Assert.NotNull(page.Value!.Checkpoint);
            seen.AddRange(page.Value.Items);
            cursor = page.Value.Next is null ? "" : $"&cursor={page.Value.Next}";
        } while (cursor.Length > 0);

        Assert.Equal(seen.Count, seen.Select(e => e.Index).Distinct().Count());
        Assert.Contains(seen, e => OperationOf(e) == Operations.OperatorAdd.Name);
        Assert.DoesNotContain(seen, e => OperationOf(e) == Operations.RackCreate.Name);
        Assert.Equal(
            "page.bad_cursor",
            (await world.SendAsync<RecordsJson>(Op, "GET", $"{Root}/records?cursor=YWJj")).Problem!.Code
        );
    }

    [Fact]
    public async Task It_is_searched_and_each_record_has_its_proof()
    {
        var found = await world.SendAsync<RecordsJson>(Op, "GET", $"{Root}/records?q=op:operator.add");
        var index = Assert.Single(found.Value!.Items).Index;

        var proven = await world.SendAsync<ProvenRecordJson>(Op, "GET", $"{Root}/records/{index}");

        Assert.True(SignedNote.TryParse(proven.Value!.Checkpoint, out var note));
        Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint));
        Assert.EndsWith($"/{LogName.Installation}", checkpoint.Origin, StringComparison.Ordinal);
        Assert.True(
            MerkleProofs.IsIncluded(
                Merkle.Leaf(Convert.FromHexString(proven.Value.Record.Hash)),
                index,
                checkpoint.Size,
                [.. proven.Value.Proof.Select(Convert.FromHexString)],
                checkpoint.Root.ToArray()
            )
        );
    }

    [Fact]
    public async Task Its_export_verifies_offline_after_its_key_was_rotated_and_is_a_record()
    {
        using var client = world.Client(Op);
        Assert.True(SignedNote.TryParse(await GetAsync("checkpoint"), out var earlier));
        var rotated = await world.SendAsync<RotatedKeyJson>(Op, "POST", $"{Root}/keys/rotate");
        Assert.True(NoteKey.TryParse(rotated.Value!.Key, out var key));
        await _log.IndexedAsync(StreamId.Audit(LogName.Installation));

        using var bundle = await client.GetStreamAsync(new Uri($"/api/v1{Root}/export", UriKind.Relative));
        var report = BundleFile.Verify(bundle, new(key, earlier));

        Assert.Empty(report.Faults);
        Assert.True(report.Records > 3);
        var records = await world.Store.Journal.SearchAsync(
            new() { Org = "", Operation = Operations.InstallationRead.Name }
        );
        Assert.Contains(records, r => r.Body.Contains("\"format\":\"jsonl\"", StringComparison.Ordinal));

        Task<string> GetAsync(string path) => client.GetStringAsync(new Uri($"/api/v1{Root}/{path}", UriKind.Relative));
    }

    private static string? OperationOf(RecordJson record) => record.Body!.Value.GetProperty("operation").GetString();
}
