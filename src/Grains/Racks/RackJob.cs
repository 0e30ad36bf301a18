using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Jobs;
using Palisade.Storage;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Racks;

/// <summary>Makes or adopts what a rack needs, after it was registered, changed or updated.</summary>
public sealed class RackJob(IStore store, IProviders providers, IGrainFactory grains, TimeProvider time) : IJobHandler
{
    public const string Kind = "rack.converge";

    string IJobHandler.Kind => Kind;

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var name = context.Job.Resource;
        var row = await store.Views.GetAsync(context.Job.Org, ViewKinds.Rack, name, cancellationToken);
        if (row is null)
        {
            return new JobEnd.Cancelled("the rack is gone");
        }

        var rack = ViewJson.Read<RackState>(row);
        if (!providers.FindAny(rack).TryGet(out var provider, out var problem))
        {
            return new JobEnd.Retry(problem.Text, TimeSpan.FromSeconds(5));
        }

        var ensured = await provider.EnsureRackAsync(rack, cancellationToken);
        if (!ensured.Ok)
        {
            return new JobEnd.Retry(ensured.Problem.Text, TimeSpan.FromSeconds(5));
        }

        var reported = await grains
            .GetGrain<IRackGrain>(rack.Ref.ToString())
            .ReportUpdatedAsync(context.SystemCaller, context.Token, cancellationToken);
        if (!reported.Ok)
        {
            return new JobEnd.Retry(reported.Problem.Text, TimeSpan.FromSeconds(1));
        }

        var set = string.Join(", ", rack.Parameters.Select(p => $"{p.Key} {p.Value}"));
        await LogAsync(
            rack,
            $"as asked: version {rack.Version}, {(set.Length > 0 ? set : "parameters by default")}",
            cancellationToken
        );
        return new JobEnd.Done();
    }

    private ValueTask LogAsync(RackState rack, string text, CancellationToken cancellationToken) =>
        store.Logs.AppendAsync(RackLog.Of(rack.Ref), [RackLog.Line(time.GetUtcNow(), text)], cancellationToken);

    /// <summary>The rack goes on showing that it is not as asked; the next change or start tries again.</summary>
    public Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
