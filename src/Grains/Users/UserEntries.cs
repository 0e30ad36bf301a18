using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Users;

/// <summary>Entries about a person, in the installation's log.</summary>
internal static class UserEntries
{
    public static EntryDraft Of(
        Caller caller,
        Operation operation,
        IDomainEvent? @event,
        params ReadOnlySpan<(string Key, string Value)> details
    ) =>
        new()
        {
            Caller = caller,
            Operation = operation.Name,
            ResourceType = operation.Type.ToString(),
            Resource = "",
            Event = @event,
            Details = details.ToArray().ToImmutableSortedDictionary(d => d.Key, d => d.Value),
        };

    /// <summary>Of events of a person's own stream, each with what it changed.</summary>
    public static ImmutableArray<EntryDraft> Of(
        Caller caller,
        Operation operation,
        UserState before,
        params ReadOnlySpan<UserEvent> events
    )
    {
        var entries = ImmutableArray.CreateBuilder<EntryDraft>(events.Length);
        foreach (var @event in events)
        {
            var after = UserState.Apply(before, @event);
            entries.Add(Of(caller, operation, @event) with { Changes = UserChanges.Of(before, @event, after) });
            before = after;
        }

        return entries.MoveToImmutable();
    }

    /// <summary>Of an address that is somebody's, or nobody's any more.</summary>
    /// <param name="owner">Who had it.</param>
    public static EntryDraft OfClaim(Caller caller, Operation operation, string? owner, IDomainEvent @event) =>
        Of(caller, operation, @event) with
        {
            Changes = UserChanges.OfClaim(owner, (@event as EmailClaimed)?.UserId),
        };
}
