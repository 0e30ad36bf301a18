using System.Text;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Driver;
using Palisade.Grains.Access;
using Palisade.Grains.Audit;
using Palisade.Grains.Audit.Sinks;
using Palisade.Grains.Installation;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Sinks;

public sealed class SinkTests : IAsyncLifetime
{
    private readonly WebhookReceiver _receiver = WebhookReceiver.Open();
    private Acme _acme = null!;

    private IAuditGrain Log => _acme.Host.Grains.GetGrain<IAuditGrain>("acme");

    public async Task InitializeAsync()
    {
        _acme = await StartAsync();
        _receiver.Time = _acme.Host.Time;
        await AllowAsync("127.0.0.0/8");
    }

    public async Task DisposeAsync()
    {
        await _acme.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task S31_A_receiver_that_fails_hangs_dies_and_comes_back_gets_every_record_in_order()
    {
        // As often as it is asked: refused, never answered, refused again, then taken.
        var asked = 0;
        _receiver.Answer = _ =>
            Interlocked.Increment(ref asked) switch
            {
                1 => 500,
                2 => WebhookReceiver.Hang,
                3 => 429,
                _ => 204,
            };
        await CreateAsync(from: 0);
        await DeliveredAsync();
        Assert.True(asked >= 4, $"it was asked {asked} times");

        await _receiver.DieAsync();
        await ActAsync(120);
        await FailingAsync();
        _receiver.ComeBack();
        await DeliveredAsync();

        var size = Witness.Check(_receiver.Kept, (await KeysAsync())[0].Public);
        Assert.Equal((await _acme.Host.Store.Audit.OpenAsync("acme")).Size, size);
        Assert.Equal(0, _receiver.Forged);
        Assert.Null((await DeliveryAsync()).FailingSince);
    }

    [Fact]
    public async Task A_delivery_says_of_each_record_what_was_there_before()
    {
        await CreateAsync(from: 0);
        Ok(await _acme.Org.SetMemberRolesAsync(Administrator, "dev", [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)]));

        await DeliveredAsync();

        var record = _receiver
            .Kept.SelectMany(delivery => delivery.Data.GetProperty("records").EnumerateArray())
            .Select(item => item.GetProperty("record"))
            .First(record => record.GetProperty("operation").GetString() == "member.roles.set");
        Assert.Equal("members.dev.roles: [DeveloperV2 on all] → [Auditor on all]", $"{ChangeJson.Read(record)}");
    }

    [Fact]
    public async Task S31_A_record_whose_body_is_missing_is_delivered_as_such_and_what_comes_after_it_too()
    {
        await ActAsync(3);
        await SealedAsync();
        var lost = (await _acme.Host.Store.Audit.ReadAsync("acme", 0, 1000))[^2];
        LostBody.Take(Path.Combine(_acme.Host.Folder, "palisade.db"), lost);

        await CreateAsync(from: 0);
        await DeliveredAsync();

        var missing = Assert.Single(
            _receiver.Kept.SelectMany(delivery => delivery.Data.GetProperty("records").EnumerateArray()),
            record => !record.TryGetProperty("record", out _)
        );
        Assert.Equal(lost.Index, missing.GetProperty("index").GetInt64());
        Assert.True(missing.GetProperty("missing").GetBoolean());
        Assert.False(missing.TryGetProperty("erasedBy", out _));
        Assert.True(Witness.Check(_receiver.Kept, (await KeysAsync())[0].Public) > lost.Index + 1);
    }

    [Fact]
    public async Task A_restart_goes_on_at_the_cursor()
    {
        await CreateAsync(from: 0);
        await DeliveredAsync();
        var before = _receiver.Kept.Count;
        await _acme.Host.RestartAsync();

        await ActAsync(3);
        await DeliveredAsync();

        Assert.DoesNotContain(_receiver.Kept.Skip(before), d => d.Records.First().Index == 0);
        Witness.Check(_receiver.Kept, (await KeysAsync())[0].Public);
    }

    [Fact]
    public async Task A_sink_begins_with_the_next_record_unless_it_is_told_another()
    {
        var size = (await SealedAsync()).Size;

        await CreateAsync(from: null);
        await DeliveredAsync();

        Assert.True(_receiver.Kept.First().Records.First().Index >= size);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_holds_up_no_commit_and_no_seal()
    {
        var asked = new TaskCompletionSource();
        _receiver.Answer = _ =>
        {
            asked.TrySetResult();
            return WebhookReceiver.Hang;
        };
        _acme.Host.Get<IOptions<SinkOptions>>().Value.Timeout = TimeSpan.FromMinutes(5);
        await CreateAsync(from: 0);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await ActAsync(200);
        await SealedAsync();

        // All the while the one delivery was out there.
        Assert.Single(_receiver.Kept);
        Assert.Null(await _acme.Host.Store.Deliveries.FindAsync("acme", (await SinkAsync()).Id));
    }

    [Fact]
    public async Task One_that_fails_for_days_is_paused_on_record_and_misses_nothing_when_it_is_begun_again()
    {
        _receiver.Answer = _ => 503;
        await CreateAsync(from: 0);
        await FailingAsync();

        _acme.Host.Time.Shift(SinkRules.PauseAfter);
        var paused = await Eventually.Of(SinkAsync, sink => sink.Paused is not null, "it is paused");

        Assert.Contains("503", paused.Paused!.Why, StringComparison.Ordinal);
        var record = Assert.Single(
            await _acme.RecordsAsync(Operations.SystemMaintain.Name),
            r => r.Event is SinkPaused
        );
        Assert.Equal((PrincipalKind.System, EntryResult.Ok), (record.Actor.Kind, record.Result));
        await Eventually.Of(
            () => _acme.JobsAsync(SinkJob.Kind),
            jobs => jobs is [{ Status: JobStatus.Failed }],
            "its job is over"
        );

        _receiver.Answer = _ => 204;
        Ok(await Log.UpdateSinkAsync(Administrator, paused.Id, new(Enabled: true)));
        await DeliveredAsync();
        Witness.Check(_receiver.Kept, (await KeysAsync())[0].Public);
    }

    [Fact]
    public async Task One_that_is_begun_again_has_all_its_time_again()
    {
        _receiver.Answer = _ => 503;
        await CreateAsync(from: 0);
        await FailingAsync();
        _acme.Host.Time.Shift(SinkRules.PauseAfter);
        await Eventually.Of(SinkAsync, sink => sink.Paused is not null, "it is paused");

        Ok(await Log.UpdateSinkAsync(Administrator, (await SinkAsync()).Id, new(Enabled: true)));
        await Eventually.Of(
            () => _acme.JobsAsync(SinkJob.Kind),
            jobs => jobs.Any(job => job.Status <= JobStatus.Running && job.Attempt > 2),
            "it fails again and again"
        );

        Assert.Null((await SinkAsync()).Paused);
    }

    [Fact]
    public async Task One_that_says_that_it_is_gone_is_paused_at_once()
    {
        _receiver.Answer = _ => 410;
        await CreateAsync(from: 0);

        var sink = await Eventually.Of(SinkAsync, sink => sink.Paused is not null, "it is paused");

        Assert.Contains("410", sink.Paused!.Why, StringComparison.Ordinal);
        Assert.Single(_receiver.Kept);
    }

    [Fact]
    public async Task One_that_is_deleted_gets_nothing_more_and_its_cursor_is_forgotten()
    {
        var sink = (await CreateAsync(from: 0)).SinkId;
        await DeliveredAsync();

        Ok(await Log.DeleteSinkAsync(Administrator, sink));
        await Eventually.Of(
            () => _acme.JobsAsync(SinkJob.Kind),
            jobs => jobs.All(job => job.Status == JobStatus.Done),
            "its jobs are over"
        );
        var before = _receiver.Kept.Count;
        await ActAsync(3);
        await SealedAsync();

        Assert.Equal(before, _receiver.Kept.Count);
        Assert.Null(await _acme.Host.Store.Deliveries.FindAsync("acme", sink));
    }

    [Fact]
    public async Task S12_A_rolled_secret_and_the_new_one_both_sign_until_the_overlap_is_over()
    {
        var made = await CreateAsync(from: null);
        await DeliveredAsync();
        var rolled = Ok(await Log.RollSinkSecretAsync(Administrator, made.SinkId, TimeSpan.FromHours(1)));

        // Whoever knows only one of them, takes it.
        await DeliveredAsync();
        Assert.Equal(2, _receiver.Kept.Last().Signatures.Split(' ').Length);
        _receiver.Secrets.Clear();
        _receiver.Trust(rolled.Secret!.Reveal());
        await ActAsync(1);
        await DeliveredAsync();

        _acme.Host.Time.Shift(TimeSpan.FromHours(1));
        await ActAsync(1);
        await DeliveredAsync();
        Assert.Single(_receiver.Kept.Last().Signatures.Split(' '));
        Assert.Equal(0, _receiver.Forged);
    }

    [Fact]
    public async Task S12_Nothing_is_sent_inside_unless_the_operator_allows_it_and_no_longer_than_that()
    {
        await AllowAsync();
        await CreateAsync(from: 0);

        await FailingAsync();
        Assert.Empty(_receiver.Kept);
        Assert.DoesNotContain("in-the-url", (await DeliveryAsync()).Error, StringComparison.Ordinal);

        await AllowAsync("127.0.0.0/8");
        await DeliveredAsync();
        Witness.Check(_receiver.Kept, (await KeysAsync())[0].Public);
    }

    [Fact]
    public async Task S12_A_redirect_is_not_followed()
    {
        await using var elsewhere = WebhookReceiver.Open();
        elsewhere.Trust("whsec_c2VjcmV0");
        _receiver.Answer = _ => 307;
        _receiver.Location = elsewhere.Url;

        await CreateAsync(from: 0);
        await FailingAsync();

        Assert.NotEmpty(_receiver.Kept);
        Assert.Equal((0, 0), (elsewhere.Kept.Count, elsewhere.Forged));
    }

    [Fact]
    public async Task S12_A_URL_that_can_not_be_sent_to_is_refused_when_it_is_given()
    {
        foreach (var url in new[] { "ftp://example.test/", "https://user:word@example.test/", "nonsense", "" })
        {
            var refused = await Log.CreateSinkAsync(Administrator, new(SinkKind.Webhook, "siem", new(url)));
            Assert.Equal("outgoing.bad_url", refused.Problem!.Code);
        }

        Assert.Empty((await _acme.Host.Get<AuditFacts>().OfAsync("acme")).Sinks);
    }

    [Fact]
    public async Task S10_No_secret_and_no_URL_is_in_a_record_a_job_or_a_log()
    {
        var made = await CreateAsync(from: 0);
        await DeliveredAsync();
        var rolled = Ok(await Log.RollSinkSecretAsync(Administrator, made.SinkId, TimeSpan.FromHours(1)));
        await _receiver.DieAsync();
        await FailingAsync();

        var texts = (await _acme.JobsAsync(SinkJob.Kind))
            .Select(job => $"{job} {job.Job}")
            .Concat(_acme.Host.Log.Lines)
            .Append((await DeliveryAsync()).ToString())
            .ToList();
        foreach (var entry in await _acme.Host.Store.Audit.ReadAsync("acme", 0, 1000))
        {
            texts.Add(Encoding.UTF8.GetString(entry.Body!.Value.Span));
        }

        Assert.Contains(texts, text => text.Contains("audit.sink_created", StringComparison.Ordinal));
        foreach (var secret in new[] { made.Secret!.Reveal()[6..], rolled.Secret!.Reveal()[6..], "in-the-url" })
        {
            Assert.DoesNotContain(texts, text => text.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task S12_A_file_is_the_operators_and_gets_every_record_as_a_line()
    {
        var refused = await Log.CreateSinkAsync(Administrator, new(SinkKind.File, "disk"));
        Assert.Equal(AccessRecords.Denied, refused.Problem!.Code);

        var made = Ok(await Log.CreateSinkAsync(Operator, new(SinkKind.File, "disk", null, 0)));
        Assert.Null(made.Secret);
        await DeliveredAsync();

        var path = Directory.GetFiles(Path.Combine(_acme.Host.Folder, "sinks", "acme", made.SinkId)).Single();
        var lines = File.ReadAllLines(path).Select(line => System.Text.Json.JsonElement.Parse(line)).ToList();
        var indexes = lines.Where(l => l.TryGetProperty("index", out _)).Select(l => l.GetProperty("index").GetInt64());
        Assert.Equal(Enumerable.Range(0, (int)(await DeliveryAsync()).Next).Select(i => (long)i), indexes);
        Assert.True(SignedNote.TryParse(lines[^1].GetProperty("checkpoint").GetString(), out var note));
        Assert.True(note.IsSignedBy((await KeysAsync())[0].Public));
        Assert.Equal(AccessRecords.Denied, (await Log.DeleteSinkAsync(Administrator, made.SinkId)).Problem!.Code);
        var trial = _acme.Host.Get<SinkTrial>();
        Assert.Equal(AccessRecords.Denied, (await trial.RunAsync(Administrator, "acme", made.SinkId)).Problem!.Code);
        Ok(await trial.RunAsync(Operator, "acme", made.SinkId));
        Ok(await Log.DeleteSinkAsync(Operator, made.SinkId));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task S04_The_installations_log_has_sinks_of_its_own()
    {
        var log = _acme.Host.Grains.GetGrain<IAuditGrain>(LogName.Installation);
        Assert.Equal(
            AccessRecords.Denied,
            (await log.CreateSinkAsync(Administrator, new(SinkKind.Webhook, "siem", new($"{_receiver.Url}"), 0)))
                .Problem!
                .Code
        );

        var made = Ok(await log.CreateSinkAsync(Operator, new(SinkKind.Webhook, "siem", new($"{_receiver.Url}"), 0)));
        _receiver.Trust(made.Secret!.Reveal());

        await Eventually.True(() => _receiver.Kept.Count > 0, "something came");
        Assert.All(_receiver.Kept, d => Assert.Equal("", d.Data.GetProperty("org").GetString()));
        Witness.Check(_receiver.Kept, (await _acme.Host.Get<AuditFacts>().OfAsync("")).Keys[0].Public);
    }

    [Fact]
    public async Task A_trial_says_how_it_ended_is_recorded_and_moves_nothing()
    {
        var made = await CreateAsync(from: 0);
        await DeliveredAsync();
        var trial = _acme.Host.Get<SinkTrial>();

        Ok(await trial.RunAsync(Administrator, "acme", made.SinkId));
        _receiver.Answer = d => d.Type == "audit.test" ? 418 : 204;
        var refused = await trial.RunAsync(Administrator, "acme", made.SinkId);

        Assert.Equal("sink.refused", refused.Problem!.Code);
        Assert.Equal(2, _receiver.Kept.Count(d => d.Type == "audit.test" && !d.Records.Any()));
        Assert.Equal(
            [EntryResult.Failed, EntryResult.Ok],
            (await _acme.RecordsAsync(Operations.SinkTest.Name)).Select(r => r.Result)
        );
        Assert.Null((await DeliveryAsync()).FailingSince);
    }

    private async Task<IssuedSink> CreateAsync(long? from)
    {
        // Quick, as a test's receiver is.
        var options = _acme.Host.Get<IOptions<SinkOptions>>().Value;
        options.FirstDelay = TimeSpan.FromMilliseconds(20);
        if (options.Timeout < TimeSpan.FromMinutes(1))
        {
            options.Timeout = TimeSpan.FromSeconds(2);
        }

        var made = Ok(
            await Log.CreateSinkAsync(Administrator, new(SinkKind.Webhook, "siem", new($"{_receiver.Url}"), from))
        );
        _receiver.Trust(made.Secret!.Reveal());
        return made;
    }

    private async Task AllowAsync(params string[] networks) =>
        Ok(
            await _acme
                .Host.Grains.GetGrain<IInstallationGrain>(IInstallationGrain.Key)
                .AllowNetworksAsync(Operator, [.. networks])
        );

    /// <summary>So many records.</summary>
    private async Task ActAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await _acme
                .Host.Get<IRecorder>()
                .RecordAsync(Administrator, Operations.AuditExport, Resource.Org, Outcome.Ok);
        }
    }

    private async Task<Sink> SinkAsync() =>
        Assert.Single((await _acme.Host.Get<AuditFacts>().OfAsync("acme")).Sinks.Values);

    private async Task<System.Collections.Immutable.ImmutableArray<SigningKey>> KeysAsync() =>
        (await _acme.Host.Get<AuditFacts>().OfAsync("acme")).Keys;

    private async Task<Delivery> DeliveryAsync() =>
        await _acme.Host.Store.Deliveries.FindAsync("acme", (await SinkAsync()).Id) ?? new Delivery(0);

    private Task<Delivery> FailingAsync() =>
        Eventually.Of(DeliveryAsync, delivery => delivery.FailingSince is not null, "it fails");

    /// <summary>Whatever was written until now has its place in the log.</summary>
    private async Task<LogHead> SealedAsync()
    {
        var written = await _acme.Host.Store.Journal.SearchAsync(new EntryFilter { Org = "acme", Limit = 1000 });
        foreach (var last in written.GroupBy(e => e.Stream).Select(g => g.MaxBy(e => e.Seq)!))
        {
            await Eventually.Of(
                () => _acme.Host.Store.Audit.IndexOfAsync(last.Stream, last.Seq),
                index => index is not null,
                $"entry {last.Seq} of {last.Stream} has its place"
            );
        }

        return await _acme.Host.Store.Audit.OpenAsync("acme");
    }

    /// <summary>Whatever was written until now was delivered.</summary>
    private async Task DeliveredAsync()
    {
        var size = (await SealedAsync()).Size;
        await Eventually.Of(DeliveryAsync, delivery => delivery.Next >= size, $"{size} records are delivered");
    }
}
