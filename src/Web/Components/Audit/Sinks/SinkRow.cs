using Palisade.Domain.Audit.Sinks;
using Palisade.Web.Components.Apps;
using Palisade.Web.Console.Audit;

namespace Palisade.Web.Components.Audit.Sinks;

/// <summary>A sink as pages show it.</summary>
public sealed record SinkRow(string Org, SinkJson Sink)
{
    public string Path => $"{ListPathOf(Org)}/{Uri.EscapeDataString(Sink.Id)}";

    public bool IsWebhook => Sink.Kind == SinkKind.Webhook;

    /// <summary>Where to, as far as it is told.</summary>
    public string Where => Sink.Host ?? "files in the data folder";

    public (Tone Tone, string Text) Condition =>
        Sink switch
        {
            { Paused: not null } => (Tone.Warn, "Paused"),
            { Failing: not null } => (Tone.Bad, "Fails"),
            _ => (Tone.Good, "Delivers"),
        };

    /// <summary>Why nothing arrives; null while it does.</summary>
    public string? Trouble => Sink.Paused?.Why ?? Sink.Failing?.Error;

    public static string ListPathOf(string org) => $"/o/{org}/audit/delivery";
}
