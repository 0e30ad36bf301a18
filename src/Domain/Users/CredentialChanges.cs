using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>
/// What records say that changed about sessions and tokens, which are no facts of a stream. Of a secret nothing is kept
/// but its hash; a name that somebody gave one is personal, and so are the networks that somebody uses it from.
/// </summary>
public static class CredentialChanges
{
    /// <summary>What names of credentials are sealed for; see <see cref="Sealed"/>.</summary>
    public const string NamePlace = "credential";
    public const string NetworksPlace = "credential-networks";

    /// <param name="kind"><c>session</c>, <c>cli</c>, … : what paths begin with.</param>
    /// <param name="ended">Those of a kind that end at the same time: <c>all</c> or <c>all others</c>.</param>
    public static ChangeSet Of(
        string kind,
        CredentialFacts? before = null,
        CredentialFacts? after = null,
        string? ended = null
    )
    {
        var changes = new ChangeList();
        changes.Text(kind, ended, null);
        if ((before ?? after) is { } either)
        {
            var path = $"{kind}.{either.Id}";
            changes.Hidden(path, before?.Id, after?.Id);
            changes.Personal($"{path}.name", before?.Name, after?.Name, NamePlace);
            changes.Time($"{path}.expires", before?.Expires, after?.Expires);
            changes.Personal($"{path}.networks", before?.Networks, after?.Networks, NetworksPlace);
        }

        return changes.ToSet();
    }
}

/// <summary>What records say of a session or token.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="Name">Sealed under the key of whose it is; none when only the process named it.</param>
/// <param name="Networks">Sealed alike, one after the other; none when it is good from anywhere.</param>
public sealed record CredentialFacts(string Id, Sealed? Name, DateTimeOffset Expires, Sealed? Networks);
