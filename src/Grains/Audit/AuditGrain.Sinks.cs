using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Domain.Outgoing;
using Palisade.Grains.Apps;
using Palisade.Grains.Audit.Sinks;
using Palisade.Grains.Journaling;

namespace Palisade.Grains.Audit;

/// <summary>Where the log's records go.</summary>
public sealed partial class AuditGrain
{
    private const int IdBytes = 6;

    protected override ImmutableArray<JobDraft> JobsOf(AuditState after, AuditEvent @event, Caller caller) =>
        @event switch
        {
            SinkCreated or SinkResumed when @event is SinkEvent e =>
            [
                SinkJob.For(Org, e.SinkId, after.Sinks[e.SinkId].Run),
            ],

            // One that was paused has no job that would see its end.
            SinkDeleted e when State.Sinks.TryGetValue(e.SinkId, out var sink) =>
            [
                SinkJob.For(Org, e.SinkId, sink.Run + 1),
            ],
            _ => [],
        };

    public async Task<Result<IssuedSink>> CreateSinkAsync(
        Caller caller,
        NewSink sink,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(sink);
        var operation = SinkOperations.Of(sink.Kind, Org, Operations.SinkCreate);
        var id = $"sink-{Services.Ids.Hex(IdBytes)}";
        if ((await AllowedAsync(caller, operation, cancellationToken)).Problem is { } refused)
        {
            return Result.Fail<IssuedSink>(refused);
        }

        if (!(await TargetAsync(id, sink.Url, cancellationToken)).TryGet(out var target, out var problem))
        {
            return Result.Fail<IssuedSink>(problem);
        }

        (SinkSecret Sealed, Sensitive<string> Shown)? secret =
            sink.Kind == SinkKind.Webhook ? await NewSecretAsync(id, cancellationToken) : null;
        return await CommandAsync<IssuedSink>(
            new(caller, operation) { Authorize = false },
            async (state, context) =>
            {
                var size = (await Services.Store.Audit.OpenAsync(Org, cancellationToken)).Size;
                var made = new Sink
                {
                    Id = id,
                    Kind = sink.Kind,
                    Name = sink.Name,
                    From = sink.From ?? size,
                    Created = context.Now,
                    Target = target,
                    Secrets = secret is { Sealed: var value } ? [value] : [],
                };
                return SinkDecisions.Create(state, made, size).Map(done => Issued(done, id, secret?.Shown));
            },
            cancellationToken
        );
    }

    public async Task<Result<Done>> UpdateSinkAsync(
        Caller caller,
        string sinkId,
        SinkChange change,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(change);
        var operation = await OfAsync(sinkId, Operations.SinkUpdate, cancellationToken);
        if ((await AllowedAsync(caller, operation, cancellationToken)).Problem is { } refused)
        {
            return Result.Fail<Done>(refused);
        }

        return (await TargetAsync(sinkId, change.Url, cancellationToken)).TryGet(out var target, out var problem)
            ? await CommandAsync(
                new(caller, operation) { Authorize = false },
                (state, context) => SinkDecisions.Update(state, sinkId, change.Name, target, change.Enabled, context),
                cancellationToken
            )
            : Result.Fail<Done>(problem);
    }

    public async Task<Result<IssuedSink>> RollSinkSecretAsync(
        Caller caller,
        string sinkId,
        TimeSpan overlap,
        CancellationToken cancellationToken = default
    )
    {
        var operation = await OfAsync(sinkId, Operations.SinkRoll, cancellationToken);
        if ((await AuthorizeAsync(caller, operation, cancellationToken)).Problem is { } refused)
        {
            return Result.Fail<IssuedSink>(refused);
        }

        var (value, shown) = await NewSecretAsync(sinkId, cancellationToken);
        return await CommandAsync(
            new(caller, operation) { Authorize = false },
            (state, _) => SinkDecisions.Roll(state, sinkId, value, overlap).Map(done => Issued(done, sinkId, shown)),
            cancellationToken
        );
    }

    public async Task<Result<Done>> DeleteSinkAsync(
        Caller caller,
        string sinkId,
        CancellationToken cancellationToken = default
    ) =>
        await CommandAsync(
            new(caller, await OfAsync(sinkId, Operations.SinkDelete, cancellationToken)),
            (state, _) => SinkDecisions.Delete(state, sinkId),
            cancellationToken
        );

    public Task<Result<Done>> ReportSinkFailedAsync(
        Caller caller,
        JobToken job,
        string sinkId,
        string why,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.SystemMaintain, job),
            (state, context) => SinkDecisions.GiveUp(state, sinkId, why, context),
            cancellationToken
        );

    /// <summary>
    /// SECURITY: a sink hands out every record from then on, so whoever makes one, or leads it elsewhere, may export
    /// them as well.
    /// </summary>
    private async ValueTask<Result<Done>> AllowedAsync(
        Caller caller,
        Operation operation,
        CancellationToken cancellationToken
    )
    {
        var allowed = await AuthorizeAsync(caller, operation, cancellationToken);
        return allowed.Ok && operation.Scope == OperationScope.Org
            ? await AuthorizeAsync(caller, Operations.AuditExport, cancellationToken)
            : allowed;
    }

    private async ValueTask<Operation> OfAsync(
        string sinkId,
        Operation ofOrganization,
        CancellationToken cancellationToken
    )
    {
        await RefreshAsync(cancellationToken);
        var kind = State.Sinks.TryGetValue(sinkId, out var sink) ? sink.Kind : SinkKind.Webhook;
        return SinkOperations.Of(kind, Org, ofOrganization);
    }

    private async Task<Result<SinkTarget?>> TargetAsync(
        string sinkId,
        Sensitive<string>? url,
        CancellationToken cancellationToken
    )
    {
        if (url is null)
        {
            return Result.Of<SinkTarget?>(null);
        }

        return OutgoingTargets.Check(url.Reveal()).TryGet(out var checkedUrl, out var problem)
            ? await secrets.SealUrlAsync(Org, sinkId, checkedUrl, cancellationToken)
            : Result.Fail<SinkTarget?>(problem);
    }

    private async Task<(SinkSecret Sealed, Sensitive<string> Shown)> NewSecretAsync(
        string sinkId,
        CancellationToken cancellationToken
    )
    {
        var secret = RandomNumberGenerator.GetBytes(WebhookSignature.SecretBytes);
        return (
            await secrets.SealAsync(
                Org,
                sinkId,
                Services.Ids.Hex(IdBytes),
                secret,
                Services.Time.GetUtcNow(),
                cancellationToken
            ),
            new(WebhookSignature.Write(secret))
        );
    }

    private static Decision<AuditEvent, IssuedSink> Issued(
        Decision<AuditEvent, Done> done,
        string sinkId,
        Sensitive<string>? secret
    ) => new(new IssuedSink(sinkId, secret)) { Events = done.Events, Details = done.Details };
}
