using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit.Sinks;

using SinkDecision = Decision<AuditEvent, Done>;

/// <summary>Where a log's records go.</summary>
public static class SinkDecisions
{
    /// <summary>The pause of a sink that people stopped.</summary>
    public const string ByHand = "paused by hand";

    /// <summary>
    /// Problems: <c>sink.name_invalid</c>, <c>sink.name_taken</c>, <c>sink.limit</c>, <c>sink.bad_start</c>,
    /// <c>sink.no_url</c>.
    /// </summary>
    /// <param name="size">Of the log.</param>
    public static Result<SinkDecision> Create(AuditState state, Sink sink, long size)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(sink);
        var refused =
            NameRefusal(state, sink.Id, sink.Name)
            ?? (
                state.Sinks.Count >= SinkRules.MaxSinks ? SinkProblems.TooMany
                : sink.From < 0 || sink.From > size ? SinkProblems.BadStart(size)
                : (sink.Target is null) == (sink.Kind == SinkKind.Webhook) ? SinkProblems.NoUrl
                : null
            );
        return refused is null ? Of(sink, new SinkCreated(sink.Id, sink)) : refused;
    }

    /// <summary>
    /// Changes what is given. Problems: <c>sink.not_found</c>, <c>sink.name_invalid</c>, <c>sink.name_taken</c>,
    /// <c>sink.no_url</c>.
    /// </summary>
    public static Result<SinkDecision> Update(
        AuditState state,
        string id,
        string? name,
        SinkTarget? target,
        bool? enabled,
        DecideContext context
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Find(state, id) is not { } sink)
        {
            return SinkProblems.NotFound(id);
        }

        if (name is not null && NameRefusal(state, id, name) is { } refused)
        {
            return refused;
        }

        if (target is not null && sink.Kind != SinkKind.Webhook)
        {
            return SinkProblems.NoUrl;
        }

        var events = new List<AuditEvent>();
        if (target is not null || (name ?? sink.Name) != sink.Name)
        {
            events.Add(new SinkUpdated(id, name ?? sink.Name, target ?? sink.Target));
        }

        if (enabled is { } on && on == sink.Paused is not null)
        {
            events.Add(on ? new SinkResumed(id) : new SinkPaused(id, new(ByHand, context.Now)));
        }

        return Of(sink, [.. events]);
    }

    /// <summary>
    /// Problems: <c>sink.not_found</c>, <c>sink.no_secret</c>, <c>sink.overlap_invalid</c>,
    /// <c>sink.too_many_secrets</c>.
    /// </summary>
    /// <param name="overlap">How long the secrets before go on.</param>
    public static Result<SinkDecision> Roll(AuditState state, string id, SinkSecret secret, TimeSpan overlap)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (Find(state, id) is not { } sink)
        {
            return SinkProblems.NotFound(id);
        }

        if (sink.Kind != SinkKind.Webhook)
        {
            return SinkProblems.NoSecret;
        }

        if (overlap < TimeSpan.Zero || overlap > SinkRules.MaxOverlap)
        {
            return SinkProblems.OverlapInvalid;
        }

        var rolled = new SinkSecretRolled(id, secret, secret.Since + overlap);
        return AuditState.Apply(state, rolled).Sinks[id].Secrets.Length > SinkRules.MaxSecrets
            ? SinkProblems.TooManySecrets
            : Of(sink, rolled);
    }

    /// <summary>Problem: <c>sink.not_found</c>.</summary>
    public static Result<SinkDecision> Delete(AuditState state, string id) =>
        Find(state, id) is { } sink ? Of(sink, new SinkDeleted(id)) : SinkProblems.NotFound(id);

    /// <summary>It failed too long; nothing when it is gone or paused already.</summary>
    public static Result<SinkDecision> GiveUp(AuditState state, string id, string why, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Find(state, id) is { Paused: null } sink
            ? Of(sink, new SinkPaused(id, new(why, context.Now)))
            : new SinkDecision(default);
    }

    private static Sink? Find(AuditState state, string? id)
    {
        ArgumentNullException.ThrowIfNull(state);
        return id is not null && state.Sinks.TryGetValue(id, out var sink) ? sink : null;
    }

    private static Problem? NameRefusal(AuditState state, string id, string? name) =>
        !Names.IsValid(name) ? SinkProblems.NameInvalid
        : state.Sinks.Values.Any(other => other.Name == name && other.Id != id) ? SinkProblems.NameTaken(name!)
        : null;

    private static SinkDecision Of(Sink sink, params ImmutableArray<AuditEvent> events) =>
        new(default)
        {
            Events = events,
            Details = ImmutableSortedDictionary<string, string>.Empty.Add("sink", sink.Id).Add("name", sink.Name),
        };
}
