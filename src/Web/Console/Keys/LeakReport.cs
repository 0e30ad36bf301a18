using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Palisade.Web.Console.Keys;

/// <param name="Secret">The leaked secret: <c>plk_…</c>.</param>
public sealed record ReportBody(string Secret)
{
    /// <summary>SECURITY: neither a log nor an exception shows it.</summary>
    public override string ToString() => nameof(ReportBody);
}

/// <summary>What became of a report.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportOutcome>))]
public enum ReportOutcome
{
    /// <summary>The key works no more, from now on.</summary>
    Revoked,

    /// <summary>This secret had ended before: nothing was to be done.</summary>
    AlreadyEnded,
}

/// <summary>The answer to whoever reports a leaked deploy key.</summary>
/// <param name="Name">The key's name, for whoever is told about it.</param>
/// <param name="Did">What is recorded of it, the newest first; only when it was revoked by this report.</param>
/// <param name="Checkpoint">The latest of the organization's log: whoever reads becomes a witness (S31).</param>
/// <param name="More">There are older records: the organization's audit log has them.</param>
/// <param name="Uses">All that it ever asked for, plain reads too; identical ones are one, the most frequent first, at
/// most 100,000.</param>
public sealed record LeakReport(
    ReportOutcome Outcome,
    string Organization,
    string Key,
    string Name,
    ImmutableArray<KeyAct> Did,
    bool More,
    ImmutableArray<KeyUse> Uses,
    string? Checkpoint = null
);

/// <param name="Allowed">False: it was refused.</param>
public sealed record KeyUse(string Operation, string Resource, bool Allowed, long Count, DateTimeOffset Last);
