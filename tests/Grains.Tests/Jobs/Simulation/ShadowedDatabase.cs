using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Sqlite;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>
/// The model beside the embedded store: each call is made to both in the same order and at the same time, and they have
/// to answer the same, down to the hashes. What the model says of ports is what the real ones do.
/// </summary>
internal sealed class ShadowedDatabase : ModelDatabase, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-shadow-").FullName;
    private readonly SqliteStore _store;

    public ShadowedDatabase(World world, TimeProvider clock, EventCatalog events)
        : base(world, clock, events) =>
        _store = SqliteStore.Open(
            new() { DataDirectory = _folder, Events = events },
            new TimelessClock(clock),
            NullLoggerFactory.Instance
        );

    /// <summary>The first answer of the store that was another one than the model's.</summary>
    public string? Difference { get; private set; }

    /// <summary>Answers that were compared.</summary>
    public int Compared { get; private set; }

    public override AppendResult Append(Append append)
    {
        var answer = base.Append(append);
        Same(answer, () => _store.Journal.AppendAsync(append), Text);
        return answer;
    }

    public override string? FindAnswer(string key)
    {
        var answer = base.FindAnswer(key);
        Same(answer, () => _store.Journal.FindAnswerAsync(key), static text => text);
        return answer;
    }

    public override bool Register(NodeInfo node)
    {
        var answer = base.Register(node);
        Wait(async () =>
        {
            await _store.Jobs.RegisterAsync(node);
            return true;
        });
        return answer;
    }

    public override bool Beat(string node) => Same(base.Beat(node), () => _store.Jobs.HeartbeatAsync(node));

    public override ImmutableArray<ClaimedJob> Claim(string node, int max, int maxOfOrg, IReadOnlySet<JobFence> given)
    {
        var answer = base.Claim(node, max, maxOfOrg, given);
        Same(
            answer,
            () => _store.Jobs.ClaimAsync(node, max, maxOfOrg),
            jobs => string.Join(", ", jobs.Select(job => (job.Fence, job.CancelRequested)))
        );
        return answer;
    }

    public override ImmutableArray<JobFence> StopRequested(string node)
    {
        var answer = base.StopRequested(node);
        Same(answer, () => _store.Jobs.StopRequestedAsync(node), fences => string.Join(", ", fences));
        return answer;
    }

    public override bool Progress(JobFence fence, string progress) =>
        Same(base.Progress(fence, progress), () => _store.Jobs.ProgressAsync(fence, progress));

    public override bool End(JobFence fence, JobEnd end) =>
        Same(base.End(fence, end), () => _store.Jobs.EndAsync(fence, end));

    public void Dispose()
    {
        Wait(async () =>
        {
            await _store.DisposeAsync();
            return true;
        });
        Directory.Delete(_folder, recursive: true);
    }

    private bool Same(bool model, Func<Task<bool>> store)
    {
        Same(model, store, static answer => answer.ToString());
        return model;
    }

    private void Same<T>(T model, Func<Task<T>> store, Func<T, string?> text)
    {
        var (expected, actual) = (text(model), text(Wait(store)));
        Compared++;
        if (expected != actual)
        {
            Difference ??= $"the store answers {actual} where the model answers {expected}";
        }
    }

    /// <summary>The world stands still meanwhile.</summary>
    private static T Wait<T>(Func<Task<T>> call) => Task.Run(call).GetAwaiter().GetResult();

    private static string Text(AppendResult result) =>
        result is Appended appended
            ? string.Join(
                ", ",
                appended.Heads.Select(head => $"{head.Stream} {head.Head} {Convert.ToHexString(head.Hash.AsSpan())}")
            )
            : result.ToString();

    /// <summary>The world's time, in which nothing happens by itself.</summary>
    private sealed class TimelessClock(TimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => default;
    }
}
