namespace Palisade.Domain.Kernel;

/// <summary>
/// A durable job, enqueued in the same append as what it is to bring about. It carries one operation on one resource
/// and the caller who caused it, and is authorized again when it starts (security.md S16).
/// </summary>
public sealed record JobDraft
{
    /// <summary>
    /// Unique; a second enqueue of the same id in another append is ignored, which makes a retried append safe.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>Which handler runs it: <c>app.converge</c>, <c>build.run</c>, …</summary>
    public required string Kind { get; init; }

    public required string Org { get; init; }

    /// <summary>
    /// The stream that it works on (<c>app/acme/staging/web</c>). Jobs of one kind and stream never run at the same
    /// time.
    /// </summary>
    public required string Stream { get; init; }

    /// <summary>
    /// The operation it carries, from the <c>Operations</c> table, and the resource's name in access terms
    /// (<c>staging/web</c>).
    /// </summary>
    public required string Operation { get; init; }

    public required string Resource { get; init; }

    /// <summary>What of the resource it is about, for people: the id of a build or a release.</summary>
    public string? Subject { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>Handler's own arguments as JSON. Never a secret.</summary>
    public string Payload { get; init; } = "{}";

    /// <summary>
    /// A node capability that is needed to run it, such as <c>host:&lt;machine id&gt;</c>; none when any node will do.
    /// </summary>
    public string? Capability { get; init; }

    /// <summary>
    /// Runs as long as the installation does: takes no place among the jobs that a node runs at once, can't be
    /// cancelled, and is tried again however often it fails.
    /// </summary>
    public bool Standing { get; init; }

    /// <summary>The trace that it goes on with, as a W3C <c>traceparent</c>; null when nobody traces.</summary>
    public string? Trace { get; init; }

    /// <summary>Not before this time; null means at once.</summary>
    public DateTimeOffset? Due { get; init; }
}
