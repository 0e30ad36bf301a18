using System.Collections.Immutable;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Keys;
using Palisade.Grains.Users;
using Palisade.Storage.Audit;
using Palisade.Storage.Personal;

namespace Palisade.Grains.Audit;

/// <summary>
/// Lets people be searched for by the name that they have now: names are personal and in no index (S30), ids are.
/// </summary>
public sealed class ActorNames(IAuditSearch search, People people, DeployKeys keys, IPersonalData personal)
{
    private const int MaxMatches = 200;

    /// <summary>
    /// The same search with the ids of all whose name, or a word of it, was given; also of people who left and of keys
    /// that were deleted, as long as they have a name in this log. Problem: <c>audit.bad_query</c>.
    /// </summary>
    public async ValueTask<Result<AuditQuery>> ResolveAsync(
        string org,
        AuditQuery query,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Actors.IsEmpty)
        {
            return query;
        }

        var ids = query.Actors.ToHashSet(StringComparer.Ordinal);
        foreach (var id in await search.ActorsAsync(org, cancellationToken))
        {
            if (
                await NameAsync(org, id, cancellationToken) is { } name
                && query.Actors.Any(given => Fits(name, given))
                && await IsNamedAsync(org, id, cancellationToken)
            )
            {
                ids.Add(id);
            }
        }

        return ids.Count <= MaxMatches
            ? query with
            {
                Actors = [.. ids.Order(StringComparer.Ordinal)],
            }
            : new Invalid("audit.bad_query", $"more than {MaxMatches} have such a name")
            {
                Suggestion = "give the whole name in quotes, or an id",
            };
    }

    private async ValueTask<string?> NameAsync(string org, string id, CancellationToken cancellationToken) =>
        Ids.IsDeployKey(id)
            ? (await keys.StateAsync(org, id, cancellationToken)).State.Spec?.Name
            : (await people.FindAsync(id, cancellationToken))?.Name;

    /// <summary>
    /// SECURITY (S30): a name that the log no longer tells of somebody is not told by their account either, which
    /// outlives an erasure from one log.
    /// </summary>
    private async ValueTask<bool> IsNamedAsync(string org, string id, CancellationToken cancellationToken) =>
        Ids.IsDeployKey(id) || await personal.HasAsync(PersonScope.Of(id, org), cancellationToken);

    private static bool Fits(string name, string given) =>
        name.Equals(given, StringComparison.OrdinalIgnoreCase)
        || name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(given, StringComparer.OrdinalIgnoreCase);
}
