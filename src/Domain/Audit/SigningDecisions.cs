using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit;

/// <summary>Which key signs a log.</summary>
public static class SigningDecisions
{
    /// <summary>The first key, made when a log is first sealed. Nothing when there is one.</summary>
    public static Result<Decision<AuditEvent, Done>> Begin(AuditState state, NoteKey key, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(context);
        return new Decision<AuditEvent, Done>(default)
        {
            Events = state.Keys.IsEmpty ? [new SigningKeyAdded($"{key}", null, context.Now)] : [],
        };
    }

    /// <summary>
    /// A new key takes over from the one that signs now; the answer is the new key. Problem:
    /// <c>signing.too_many_keys</c>.
    /// </summary>
    /// <param name="succession">Signed by both.</param>
    public static Result<Decision<AuditEvent, string>> Rotate(
        AuditState state,
        NoteKey key,
        SignedNote? succession,
        DecideContext context
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(context);
        if (state.Keys.Length >= KeyHistory.MaxKeys)
        {
            return new Exhausted("signing.too_many_keys", $"a log has at most {KeyHistory.MaxKeys} keys");
        }

        var before = state.Keys.IsEmpty ? null : state.Keys[^1].Public;
        return new Decision<AuditEvent, string>($"{key}")
        {
            Events = [new SigningKeyAdded($"{key}", succession?.ToString(), context.Now)],
            Details = new[] { ("key", key.HexId), ("replaces", before?.HexId ?? "") }.ToImmutableSortedDictionary(
                d => d.Item1,
                d => d.Item2
            ),
        };
    }
}
