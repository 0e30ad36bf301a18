using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
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
}
