using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;

namespace Palisade.Grains.Audit;

/// <summary>
/// Owns the facts about one log: its signing keys and what is done with its records. Its key is the log's
/// <see cref="LogName"/>.
/// </summary>
[Alias("palisade.audit")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>Keys and settings; nothing in them is secret.</summary>
    [Alias("Get")]
    Task<Result<AuditState>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Makes the first signing key when there is none.</summary>
    [Alias("EnsureKey")]
    Task<Result<Done>> EnsureKeyAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives the log a new signing key, announced by the one before; answers the new verifier key. Problem:
    /// <c>signing.too_many_keys</c>.
    /// </summary>
    [Alias("RotateKey")]
    Task<Result<string>> RotateKeyAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a sink; a file is the operator's only. Problems: those of <see cref="SinkDecisions.Create"/>,
    /// <c>outgoing.bad_url</c>.
    /// </summary>
    [Alias("CreateSink")]
    Task<Result<IssuedSink>> CreateSinkAsync(
        Caller caller,
        NewSink sink,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Changes what is given, also whether it delivers. Problems: those of <see cref="SinkDecisions.Update"/>,
    /// <c>outgoing.bad_url</c>.
    /// </summary>
    [Alias("UpdateSink")]
    Task<Result<Done>> UpdateSinkAsync(
        Caller caller,
        string sinkId,
        SinkChange change,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Gives a webhook a new secret; those before sign beside it for <paramref name="overlap"/>. Problems: those of
    /// <see cref="SinkDecisions.Roll"/>.
    /// </summary>
    [Alias("RollSinkSecret")]
    Task<Result<IssuedSink>> RollSinkSecretAsync(
        Caller caller,
        string sinkId,
        TimeSpan overlap,
        CancellationToken cancellationToken = default
    );

    /// <summary>Ends it; what a file sink wrote stays. Problem: <c>sink.not_found</c>.</summary>
    [Alias("DeleteSink")]
    Task<Result<Done>> DeleteSinkAsync(Caller caller, string sinkId, CancellationToken cancellationToken = default);

    /// <summary>Its job gives up: pauses it.</summary>
    [Alias("ReportSinkFailed")]
    Task<Result<Done>> ReportSinkFailedAsync(
        Caller caller,
        JobToken job,
        string sinkId,
        string why,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// After how many days records without events lose their bodies; null: never. Problem: <c>audit.bad_retention</c>.
    /// </summary>
    [Alias("SetRetention")]
    Task<Result<Done>> SetRetentionAsync(Caller caller, int? days, CancellationToken cancellationToken = default);

    /// <summary>Nothing is erased until it is lifted. Problems: <c>audit.bad_reason</c>, <c>audit.held</c>.</summary>
    [Alias("SetHold")]
    Task<Result<Done>> SetHoldAsync(Caller caller, string reason, CancellationToken cancellationToken = default);

    /// <summary>Problem: <c>audit.not_held</c>.</summary>
    [Alias("LiftHold")]
    Task<Result<Done>> LiftHoldAsync(Caller caller, CancellationToken cancellationToken = default);
}
