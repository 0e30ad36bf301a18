using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit.Sinks;

/// <summary>Refusals of sinks.</summary>
public static class SinkProblems
{
    /// <summary>The receiver said that it is gone for good: standardwebhooks.com has senders stop then.</summary>
    public const string GoneCode = "sink.gone";

    public static Problem Gone { get; } = new Unavailable(GoneCode, "it answered that it is gone (410)");

    public static Problem NotFound(string? id) => new NotFound("sink.not_found", $"no such sink: {Printable.Of(id)}");

    public static Problem NoLog(string org) =>
        new NotFound("sink.no_log", $"no organization is called {Printable.Of(org)}");

    public static Problem Refused(int status) =>
        new Unavailable("sink.refused", $"it answered with status {status}, which is no success");

    public static Problem NoRoom(string why) => new Unavailable("sink.no_room", $"it could not be written: {why}");

    internal static Problem NameInvalid => new Invalid("sink.name_invalid", $"a sink's name has {Names.Rule}");

    internal static Problem NameTaken(string name) =>
        new Conflict("sink.name_taken", $"a sink of this log is called {Printable.Of(name)} already");

    internal static Problem TooMany =>
        new Exhausted("sink.limit", $"a log has at most {SinkRules.MaxSinks} sinks")
        {
            Suggestion = "delete one that is not used any more",
        };

    internal static Problem BadStart(long size) =>
        new Invalid("sink.bad_start", $"the log has {size} records: from is at most that");

    internal static Problem NoUrl => new Invalid("sink.no_url", "a webhook has a URL, and a file has none");

    internal static Problem NoSecret => new Invalid("sink.no_secret", "only a webhook is signed");

    internal static Problem OverlapInvalid =>
        new Invalid(
            "sink.overlap_invalid",
            $"the old secret may go on for 0 seconds to {SinkRules.MaxOverlap.TotalDays} days"
        );

    internal static Problem TooManySecrets =>
        new Conflict("sink.too_many_secrets", $"{SinkRules.MaxSecrets} secrets of this sink sign already")
        {
            Suggestion = "roll it without an overlap, or wait until the older ones end",
        };
}
