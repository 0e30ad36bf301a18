using System.Collections.Immutable;

namespace Palisade.Grains.Outgoing;

/// <summary>
/// What <see cref="IOutgoing"/> sends. Its text is its URL's host only: URLs and headers of webhooks hold secrets.
/// </summary>
public sealed record OutgoingRequest(string Method, string Url)
{
    /// <summary><c>Content-Type</c> among them.</summary>
    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Empty: no body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Time for everything from resolving the name to the end of the answer. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of the answer's body that are read; 0, the default, reads none of it.</summary>
    public int MaxAnswerBytes { get; init; }

    public override string ToString() =>
        $"{Method} to {(Uri.TryCreate(Url, UriKind.Absolute, out var uri) ? uri.Host : "nowhere")}";
}

/// <summary>What came back. <paramref name="Body"/> is empty unless it was asked for.</summary>
public sealed record OutgoingAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    public bool Ok => Status is >= 200 and < 300;

    public override string ToString() => $"status {Status}";
}
