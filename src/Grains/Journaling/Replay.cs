using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Journaling;

/// <summary>
/// Makes a request that is sent again under its <c>Idempotency-Key</c> find what it did: the answer is a row of the
/// same append as its effect. Keys are the caller's own, for one operation on one stream.
/// </summary>
internal sealed class Replay(IJournal journal, TimeProvider time)
{
    /// <summary>For how long a key is remembered.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General);

    /// <summary>
    /// What was answered the first time, or null when this is it. Problems: <c>idempotency.reused</c>,
    /// <c>idempotency.secret</c>.
    /// </summary>
    public async ValueTask<Result<TAnswer>?> FindAsync<TAnswer>(
        Caller caller,
        Operation operation,
        StreamId stream,
        CancellationToken cancellationToken
    ) =>
        caller.Idempotency is { } key
        && await journal.FindAnswerAsync(KeyOf(caller, key, operation, stream), cancellationToken) is { } stored
            ? Read<TAnswer>(stored, key)
            : default(Result<TAnswer>?);

    /// <summary>What the append of this command is to carry; null without a key.</summary>
    public Idempotency? Of<TAnswer>(Caller caller, Operation operation, StreamId stream, TAnswer answer)
    {
        if (caller.Idempotency is not { } key)
        {
            return null;
        }

        // SECURITY: an answer that holds a secret, or could, is not kept: what is kept says only that it was given.
        var text = JsonSerializer.Serialize(answer, Json);
        var kept = text.Contains(Sensitive<string>.Redacted, StringComparison.Ordinal) ? null : text;
        return new(
            KeyOf(caller, key, operation, stream),
            JsonSerializer.Serialize(new Stored(key.Fingerprint, kept), Json),
            time.GetUtcNow() + Kept
        );
    }

    /// <summary>The answer of a row that was there first.</summary>
    public static Result<TAnswer> Read<TAnswer>(string stored, IdempotencyKey key)
    {
        var (fingerprint, answer) = JsonSerializer.Deserialize<Stored>(stored, Json)!;
        return fingerprint != key.Fingerprint
                ? new Conflict("idempotency.reused", "this Idempotency-Key was used for another request")
                {
                    Suggestion = "use a new key for each request",
                }
            : answer is null
                ? new Conflict(
                    "idempotency.secret",
                    "this was done before, and its answer holds a secret that is shown once only"
                )
                {
                    Suggestion = "look for what was made in its list; roll or delete it when its secret is lost",
                }
            : Result.Of(JsonSerializer.Deserialize<TAnswer>(answer, Json)!);
    }

    private static string KeyOf(Caller caller, IdempotencyKey key, Operation operation, StreamId stream) =>
        $"{caller.Principal} {operation.Name} {stream} {key.Key}";

    private sealed record Stored(string Fingerprint, string? Answer);
}
