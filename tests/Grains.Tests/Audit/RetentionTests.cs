using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit;

public sealed partial class RetentionTests
{
    private const string Stream = "rec/acme/old";

    [Fact]
    public async Task S30_Bodies_go_after_their_period_and_the_bundle_still_verifies()
    {
        await using var acme = await StartAsync();
        await RecordAsync(acme, 600);
        acme.Host.Time.Shift(TimeSpan.FromDays(100));
        await RecordAsync(acme, 5);
        Ok(await Log(acme).SetRetentionAsync(Administrator, 90));

        // The log's own job may take a part of it.
        await Retention(acme).EraseDueAsync("acme", default);

        Assert.Equal(5, await WithBodyAsync(acme));
        var notices = await acme.RecordsAsync(Operations.AuditErase.Name);
        // More when the log's own job meets it: then one of two that speak of the same is void.
        Assert.InRange(notices.Length, 2, 10);
        Assert.All(notices, notice => Assert.Contains("\"days\":\"90\"", notice.Body, StringComparison.Ordinal));
        var report = await VerifyAsync(acme);
        Assert.Empty(report.Faults);
        Assert.InRange(report.Erased, 600, 650);
        Assert.Empty(await acme.Host.Store.Audit.VerifyAsync());
        Assert.Equal(0, await Retention(acme).EraseDueAsync("acme", default));

        // The search finds that they were, by what stays, and no longer what they said.
        var query = AuditQuery.Parse("op:app.get actor:dev").Value;
        Assert.Equal(605, (await acme.Host.Store.Search.FindAsync("acme", query, null, 1000)).Length);
        await Eventually.Of(
            () => FoundAsync(acme, "quarrel"),
            found => found == 5,
            "the search finds only what still has its words"
        );
    }

    [Fact]
    public async Task S30_What_was_erased_leaves_the_search_though_its_eraser_was_killed()
    {
        await using var acme = await StartAsync(pump: false);
        await RecordAsync(acme, 600);
        await RecordAsync(acme, 1, By("k1", PrincipalKind.DeployKey), "app/acme/staging/kept");
        await SealAsync(acme);
        while (await acme.Host.Store.Search.IndexAsync("acme") > 0) { }

        const string Address = "actor:k1 ip:192.0.2.7";
        acme.Host.Time.Shift(TimeSpan.FromDays(100));
        Ok(await Log(acme).SetRetentionAsync(Administrator, 90));
        await EraseAsync(acme);

        Assert.Equal(0, await WithBodyAsync(acme));
        Assert.Single(await acme.RecordsAsync(Operations.AuditForget.Name));
        // Nobody ran what follows.
        Assert.Equal(600, await FoundAsync(acme, "quarrel actor:dev"));
        Assert.Equal(1, await FoundAsync(acme, Address));
        Assert.Equal(3, (await acme.JobsAsync(ErasureJob.Kind)).Length);

        await acme.Host.RestartAsync();

        await Eventually.Of(
            () => acme.JobsAsync(ErasureJob.Kind),
            jobs => jobs.All(job => job.Status == Storage.Jobs.JobStatus.Done),
            "what follows the erasures is done"
        );
        Assert.Equal(0, await FoundAsync(acme, "quarrel actor:dev"));
        Assert.Equal(0, await FoundAsync(acme, Address));
        Assert.Equal(1, await FoundAsync(acme, "actor:k1"));
    }

    [Fact]
    public async Task S30_Nothing_is_erased_without_a_period_or_under_a_legal_hold()
    {
        await using var acme = await StartAsync();
        await RecordAsync(acme, 10);
        acme.Host.Time.Shift(TimeSpan.FromDays(100));
        Assert.Equal(0, await Retention(acme).EraseDueAsync("acme", default));

        Ok(await Log(acme).SetRetentionAsync(Administrator, 90));
        Ok(await Log(acme).SetHoldAsync(Administrator, "Case 12/34"));
        Assert.Equal(0, await Retention(acme).EraseDueAsync("acme", default));
        Assert.Equal("audit.held", Code(await Log(acme).SetHoldAsync(Administrator, "again")));
        Assert.Equal(10, await WithBodyAsync(acme));

        Ok(await Log(acme).LiftHoldAsync(Administrator));
        await Retention(acme).EraseDueAsync("acme", default);
        Assert.Equal(0, await WithBodyAsync(acme));
        Assert.Equal("audit.not_held", Code(await Log(acme).LiftHoldAsync(Administrator)));
    }

    [Fact]
    public async Task S30_A_hold_that_comes_while_retention_runs_wins()
    {
        await using var acme = await StartAsync(pump: false);
        await RecordAsync(acme, 10);
        await SealAsync(acme);
        acme.Host.Time.Shift(TimeSpan.FromDays(100));
        Ok(await Log(acme).SetRetentionAsync(Administrator, 90));
        var running = Retention(acme).EraseDueAsync("acme", default);
        await SpokenAsync(acme, 1);

        Ok(await Log(acme).SetHoldAsync(Administrator, "Case 12/34"));
        await SealAsync(acme);

        Assert.Equal(0, await running);
        Assert.Equal(10, await WithBodyAsync(acme));
        Assert.Empty((await VerifyAsync(acme)).Faults);
    }

    [Fact]
    public async Task S30_Killed_between_two_batches_it_goes_on_where_it_was()
    {
        await using var acme = await StartAsync(pump: false);
        await RecordAsync(acme, 600);
        await SealAsync(acme);
        acme.Host.Time.Shift(TimeSpan.FromDays(100));
        Ok(await Log(acme).SetRetentionAsync(Administrator, 90));
        using var kill = new CancellationTokenSource();
        var running = Retention(acme).EraseDueAsync("acme", kill.Token);
        await SpokenAsync(acme, 1);
        await SealAsync(acme);
        await SpokenAsync(acme, 2);
        await kill.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.InRange(await WithBodyAsync(acme), 100, 110);

        await acme.Host.RestartAsync();
        await Retention(acme).EraseDueAsync("acme", default);

        Assert.Equal(0, await WithBodyAsync(acme));
        Assert.Empty((await VerifyAsync(acme)).Faults);
        Assert.Empty(await acme.Host.Store.Audit.VerifyAsync());
    }

    [Fact]
    public async Task S30_Who_was_nobodys_account_is_forgotten_with_the_day()
    {
        // Setting the period begins the same as a job.
        await using var acme = await StartAsync(pump: false);
        var key = By("k1", PrincipalKind.DeployKey);
        await RecordAsync(acme, 1, key, "app/acme/staging/kept");
        acme.Host.Time.Shift(TimeSpan.FromDays(100));
        await RecordAsync(acme, 1, key, "app/acme/staging/new");
        Ok(await Log(acme).SetRetentionAsync(Administrator, 90));

        await Retention(acme).EraseDueAsync("acme", default);

        Assert.Null(await IpAsync(acme, "app/acme/staging/kept"));
        Assert.Equal("192.0.2.7", await IpAsync(acme, "app/acme/staging/new"));
        Assert.Single(await acme.RecordsAsync(Operations.AuditForget.Name));
    }

    [Theory]
    [InlineData(89)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3651)]
    public async Task A_period_out_of_bounds_is_refused(int days)
    {
        await using var acme = await StartAsync(pump: false);

        Assert.Equal("audit.bad_retention", Code(await Log(acme).SetRetentionAsync(Administrator, days)));
        Assert.Equal("audit.bad_reason", Code(await Log(acme).SetHoldAsync(Administrator, " ")));
    }

    private static IAuditGrain Log(Acme acme) => acme.Host.Grains.GetGrain<IAuditGrain>("acme");

    private static LogRetention Retention(Acme acme) => acme.Host.Get<LogRetention>();

    private static async Task RecordAsync(Acme acme, int count, Caller? caller = null, string stream = Stream)
    {
        foreach (var part in Enumerable.Range(0, count).Chunk(200))
        {
            var head = stream == Stream ? (long?)null : 0;
            var entries = part.Select(i => new EntryDraft
            {
                Caller = caller ?? Developer,
                Operation = Operations.AppGet.Name,
                ResourceType = "Application",
                Resource = "staging/web",
                Reason = $"quarrel {i}",
            });
            var append = new Append { Org = "acme", Writes = [new(new(stream), head, [.. entries])] };
            Assert.IsType<Appended>(await acme.Host.Store.Journal.AppendAsync(append));
        }

        if (stream != Stream)
        {
            return;
        }

        var last = (await acme.Host.Store.Journal.HeadsAsync([new(stream)]))[0].Head;
        if ((await acme.JobsAsync(AuditJob.Kind)).Any(job => job.Status == Storage.Jobs.JobStatus.Running))
        {
            var words = AuditQuery.Parse("quarrel").Value;
            await Eventually.Of(
                async () => (await acme.Host.Store.Search.FindAsync("acme", words, null, 1000)).Length,
                found => found >= Math.Min(last, 1000),
                "the records are in the index"
            );
        }
    }

    /// <summary>As the sealer does, where none runs.</summary>
    private static async Task SealAsync(Acme acme)
    {
        var caller = Callers.System("acme", "000000000000");
        Ok(await Log(acme).EnsureKeyAsync(caller));
        var facts = await acme.Host.Get<AuditFacts>().OfAsync("acme");
        using var signer = await acme.Host.Get<SigningKeys>().OpenAsync("acme", facts.Keys[^1].Public, default);
        await LogSealer.SealAllAsync(acme.Host.Store.Audit, "acme", signer, default);
    }

    private static Task SpokenAsync(Acme acme, int notices) =>
        Eventually.Of(
            async () => (await acme.RecordsAsync(Operations.AuditErase.Name)).Length,
            count => count == notices,
            $"{notices} records speak of erasures"
        );

    private static async Task<int> WithBodyAsync(Acme acme)
    {
        var count = 0;
        await foreach (var entry in acme.Host.Store.Journal.ReadAsync(new(Stream), 0))
        {
            count += entry.Erased ? 0 : 1;
        }

        return count;
    }

    private static async Task<int> FoundAsync(Acme acme, string query) =>
        (await acme.Host.Store.Search.FindAsync("acme", AuditQuery.Parse(query).Value, null, 1000)).Length;

    private static async Task<string?> IpAsync(Acme acme, string stream)
    {
        await foreach (var entry in acme.Host.Store.Journal.ReadAsync(new(stream), 0))
        {
            using var body = System.Text.Json.JsonDocument.Parse(entry.Body);
            return (await acme.Host.Store.Personal.OpenAsync(body.RootElement)).Fields?.Ip;
        }

        throw new InvalidOperationException("There is no entry.");
    }

    private static async Task<VerificationReport> VerifyAsync(Acme acme) =>
        Verify(await LinesAsync(await CompleteAsync(acme)));

    private static LogExport Export(Acme acme) => acme.Host.Get<LogExport>();

    private static async Task<List<ExportLine>> LinesAsync(Result<IAsyncEnumerable<ExportLine>> bundle)
    {
        var lines = new List<ExportLine>();
        await foreach (var line in Ok(bundle))
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Up to and with a line that breaks it off, as it is sent.</summary>
    private static VerificationReport Verify(List<ExportLine> lines)
    {
        var sent = lines[..(lines.FindIndex(line => line.Breaks) is >= 0 and var last ? last + 1 : lines.Count)];
        using var bundle = new MemoryStream([.. sent.SelectMany(line => (byte[])[.. line.Json, (byte)'\n'])]);
        return BundleFile.Verify(bundle, new());
    }
}
