namespace Palisade.Domain.Kernel;

/// <summary>What a client calls a request, so that a repetition is recognised.</summary>
/// <param name="Key">Of the client: visible ASCII, at most <see cref="MaxLength"/>.</param>
/// <param name="Fingerprint">Keyed (S19), of all that the request says: the same key with something else is a
/// mistake.</param>
[GenerateSerializer, Immutable, Alias("palisade.idempotency-key")]
public sealed record IdempotencyKey([property: Id(0)] string Key, [property: Id(1)] string Fingerprint)
{
    public const int MaxLength = 100;

    public static bool IsValid(string? key) =>
        key is { Length: > 0 and <= MaxLength } && key.All(c => c is > ' ' and < '\x7f');
}
