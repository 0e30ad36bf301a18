using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Jobs;
using Palisade.Grains.Tests.Hosting;
using Palisade.Silo.Jobs;
using Palisade.Storage;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Jobs;

public sealed class JobPumpTests
{
    [Fact]
    public async Task After_a_lost_lease_what_ran_is_stopped_and_taken_up_again_by_a_new_incarnation()
    {
        await using var acme = await StartAsync(pump: false);
        var handler = new ScriptedHandler();
        handler.Run = async (_, stop) =>
        {
            if (handler.Started == 1)
            {
                await Task.Delay(Timeout.Infinite, stop);
            }

            return new JobEnd.Done();
        };
        using var pump = Pump(acme, handler);
        await pump.StartAsync(default);
        await EnqueueAsync(acme, "one");
        await Eventually.True(() => handler.Started == 1, "the job runs");

        acme.Host.Time.Shift(TimeSpan.FromSeconds(3));

        await Eventually.Of(
            () => acme.Host.Store.Jobs.GetAsync("one"),
            j => j is { Status: JobStatus.Done },
            "the job is done"
        );
        Assert.Equal((2, 1), (handler.Started, handler.Most));
        await EnqueueAsync(acme, "two");
        await Eventually.Of(
            () => acme.Host.Store.Jobs.GetAsync("two"),
            j => j is { Status: JobStatus.Done },
            "the pump goes on"
        );
        await pump.StopAsync(default);
    }

    [Fact]
    public async Task After_a_lost_lease_one_that_does_not_stop_keeps_only_its_own_next_attempt_waiting()
    {
        await using var acme = await StartAsync(pump: false);
        var heeds = new TaskCompletionSource();
        var handler = new ScriptedHandler();
        handler.Run = async (context, _) =>
        {
            if (context is { Job.Id: "one", Attempt: 1 })
            {
                await heeds.Task;
            }

            return new JobEnd.Done();
        };
        using var pump = Pump(acme, handler);
        await pump.StartAsync(default);
        await EnqueueAsync(acme, "one");
        await Eventually.True(() => handler.Started == 1, "the job runs");

        acme.Host.Time.Shift(TimeSpan.FromSeconds(3));
        await EnqueueAsync(acme, "two", "app/acme/staging/other");

        await Eventually.Of(
            () => acme.Host.Store.Jobs.GetAsync("two"),
            j => j is { Status: JobStatus.Done },
            "the other job is done"
        );
        await Eventually.Of(
            () => acme.Host.Store.Jobs.GetAsync("one"),
            j => j is { Status: JobStatus.Running, Attempt: 2 },
            "the job is taken up again"
        );
        Assert.Equal(2, handler.Started);
        heeds.SetResult();
        await Eventually.Of(
            () => acme.Host.Store.Jobs.GetAsync("one"),
            j => j is { Status: JobStatus.Done, Attempt: 2 },
            "the job is done"
        );
        await pump.StopAsync(default);
    }

    [Fact]
    public async Task A_handler_that_throws_is_tried_again_and_in_the_end_given_up()
    {
        await using var acme = await StartAsync(pump: false);
        var handler = new ScriptedHandler { Run = static (_, _) => throw new InvalidOperationException("bug") };
        using var pump = Pump(acme, handler);
        await pump.StartAsync(default);
        await EnqueueAsync(acme, "one");

        var dead = await Eventually.Of(
            () => acme.Host.Store.Jobs.GetAsync("one"),
            j => j is { Status: JobStatus.Dead },
            "the job is dead"
        );

        Assert.Equal((2, "InvalidOperationException after 2 attempts"), (handler.Started, dead!.LastError));
        Assert.Equal(["InvalidOperationException after 2 attempts"], handler.GivenUp);
        await pump.StopAsync(default);
    }

    [Fact]
    public async Task Waiting_does_not_count_as_failing()
    {
        await using var acme = await StartAsync(pump: false);
        var handler = new ScriptedHandler();
        handler.Run = (_, _) =>
            handler.Started switch
            {
                < 5 => Task.FromResult<JobEnd>(new JobEnd.Retry("not yet", TimeSpan.Zero)),
                5 => throw new InvalidOperationException("bug"),
                _ => Task.FromResult<JobEnd>(new JobEnd.Done()),
            };
        using var pump = Pump(acme, handler);
        await pump.StartAsync(default);
        await EnqueueAsync(acme, "one");

        await Eventually.Of(
            () => acme.Host.Store.Jobs.GetAsync("one"),
            j => j is { Status: JobStatus.Done },
            "the job is done"
        );
        await pump.StopAsync(default);
    }

    [Fact]
    public async Task A_cancelled_job_stops_and_whoever_waits_is_told()
    {
        await using var acme = await StartAsync(pump: false);
        var handler = new ScriptedHandler
        {
            Run = static async (_, stop) =>
            {
                await Task.Delay(Timeout.Infinite, stop);
                return new JobEnd.Done();
            },
        };
        using var pump = Pump(acme, handler);
        await pump.StartAsync(default);
        await EnqueueAsync(acme, "one");
        await Eventually.True(() => handler.Started == 1, "the job runs");

        await acme.CancelJobAsync("one");

        await Eventually.Of(
            () => acme.Host.Store.Jobs.GetAsync("one"),
            j => j is { Status: JobStatus.Cancelled },
            "the job is cancelled"
        );
        Assert.Equal(["cancelled"], handler.GivenUp);
        await pump.StopAsync(default);
    }

    [Fact]
    public async Task A_queued_job_that_is_cancelled_is_given_up_and_not_run()
    {
        await using var acme = await StartAsync(pump: false);
        var handler = new ScriptedHandler();
        await EnqueueAsync(acme, "one");
        await acme.CancelJobAsync("one");
        using var pump = Pump(acme, handler);

        await pump.StartAsync(default);

        await Eventually.Of(
            () => acme.Host.Store.Jobs.GetAsync("one"),
            j => j is { Status: JobStatus.Cancelled },
            "the job is cancelled"
        );
        Assert.Equal((0, "cancelled"), (handler.Started, Assert.Single(handler.GivenUp)));
        await pump.StopAsync(default);
    }

    [Fact]
    public async Task A_stop_leaves_its_jobs_to_the_next_start()
    {
        await using var acme = await StartAsync(pump: false);
        var handler = new ScriptedHandler
        {
            Run = static async (_, stop) =>
            {
                await Task.Delay(Timeout.Infinite, stop);
                return new JobEnd.Done();
            },
        };
        using var pump = Pump(acme, handler);
        await pump.StartAsync(default);
        await EnqueueAsync(acme, "one");
        await Eventually.True(() => handler.Started == 1, "the job runs");

        await pump.StopAsync(default);

        var row = await acme.Host.Store.Jobs.GetAsync("one");
        Assert.Equal((JobStatus.Queued, "the server stopped"), (row!.Status, row.LastError));
        Assert.Empty(handler.GivenUp);
    }

    private static JobPump Pump(Acme acme, IJobHandler handler) =>
        new(
            acme.Host.Store,
            new NodeIdentity($"pump{Random.Shared.Next()}", "m"),
            [handler],
            new JobPumpOptions
            {
                Heartbeat = TimeSpan.FromMilliseconds(20),
                MaxAttempts = 2,
                PollInterval = TimeSpan.FromMilliseconds(100),
            },
            acme.Host.Time,
            NullLogger<JobPump>.Instance
        );

    private static async Task EnqueueAsync(Acme acme, string id, string stream = "app/acme/staging/web")
    {
        var job = new JobDraft
        {
            Id = id,
            Kind = "test.kind",
            Org = "acme",
            Stream = stream,
            Operation = Operations.JobRun.Name,
            Resource = "",
            Caller = Acme.System,
        };
        var entry = new EntryDraft
        {
            Caller = Acme.System,
            Operation = Operations.JobRun.Name,
            ResourceType = "None",
            Resource = "",
        };
        var append = new Append
        {
            Org = "acme",
            Writes = [new StreamWrite(StreamId.Records("acme", "tests"), null, [entry])],
            Jobs = [job],
        };
        Assert.IsType<Appended>(await acme.Host.Store.Journal.AppendAsync(append));
    }
}
