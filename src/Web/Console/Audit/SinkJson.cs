using System.Collections.Immutable;
using Palisade.Domain.Audit.Sinks;
using Palisade.Storage.Audit;

namespace Palisade.Web.Console.Audit;

/// <summary>Where a log's records go. Neither its secret nor the whole of its URL is ever shown.</summary>
public sealed record SinkJson
{
    public required string Id { get; init; }
    public required SinkKind Kind { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>Of a webhook.</summary>
    public string? Host { get; init; }

    /// <summary>Since when nothing is delivered, and why.</summary>
    public SinkPause? Paused { get; init; }

    /// <summary>Index of the next record that it gets.</summary>
    public required long Next { get; init; }

    /// <summary>Records of the log that it has not got yet.</summary>
    public required long Waiting { get; init; }

    /// <summary>When the last delivery succeeded.</summary>
    public DateTimeOffset? Delivered { get; init; }

    /// <summary>There since a delivery failed, until one succeeds.</summary>
    public SinkFailureJson? Failing { get; init; }

    /// <summary>Which secrets sign.</summary>
    public required ImmutableArray<SinkSecretJson> Secrets { get; init; }

    internal static SinkJson Of(Sink sink, Delivery? delivery, long size, DateTimeOffset now)
    {
        var next = delivery?.Next ?? sink.From;
        return new()
        {
            Id = sink.Id,
            Kind = sink.Kind,
            Name = sink.Name,
            Created = sink.Created,
            Host = sink.Target?.Host,
            Paused = sink.Paused,
            Next = next,
            Waiting = Math.Max(0, size - next),
            Delivered = delivery?.Succeeded,
            Failing = delivery is { FailingSince: { } since, Error: { } error }
                ? new(since, delivery.Failures, error)
                : null,
            Secrets =
            [
                .. sink
                    .Secrets.Where(secret => secret.SignsAt(now))
                    .Select(secret => new SinkSecretJson(secret.Id, secret.Since, secret.Until)),
            ],
        };
    }
}

/// <param name="Count">Failures in a row.</param>
/// <param name="Error">The last one.</param>
public sealed record SinkFailureJson(DateTimeOffset Since, int Count, string Error);

public sealed record SinkSecretJson(string Id, DateTimeOffset Since, DateTimeOffset? Until = null);

/// <summary>A webhook to be made.</summary>
/// <param name="Url">https; its host only is shown later.</param>
/// <param name="From">Index of the first record that it gets; the next one when absent.</param>
public sealed record WebhookBody(string Name, string Url, long? From = null)
{
    /// <summary>SECURITY: neither a log nor an exception shows the URL.</summary>
    public override string ToString() => $"{nameof(WebhookBody)}({Name})";
}

/// <summary>A file to be made, in the data folder.</summary>
public sealed record FileSinkBody(string Name, long? From = null);

/// <summary>What is absent stays.</summary>
/// <param name="Enabled">False pauses it, true begins it again.</param>
public sealed record SinkChangeBody(string? Name = null, string? Url = null, bool? Enabled = null)
{
    /// <summary>SECURITY: as of <see cref="WebhookBody"/>.</summary>
    public override string ToString() => $"{nameof(SinkChangeBody)}({Name})";
}

/// <param name="OverlapSeconds">How long the secrets before sign beside the new one: 0 to 30 days.</param>
public sealed record RollSinkBody(int OverlapSeconds);

/// <summary>A sink with its new secret, this once.</summary>
/// <param name="Secret">As receivers of standardwebhooks.com take it; a file has none.</param>
public sealed record IssuedSinkJson(SinkJson Sink, string? Secret = null)
{
    /// <summary>SECURITY: neither a log nor an exception shows it.</summary>
    public override string ToString() => $"{nameof(IssuedSinkJson)}({Sink.Id})";
}
