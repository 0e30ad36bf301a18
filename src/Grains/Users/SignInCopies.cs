using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Users;

/// <summary>
/// A person's sign-ins are in the installation's log, which organizations don't see; so each organization of theirs
/// gets a copy (S04).
/// </summary>
internal static class SignInCopies
{
    /// <summary>Of a sign-in that went well, for the append that makes it so.</summary>
    public static IEnumerable<StreamWrite> Of(
        Caller caller,
        IEnumerable<string> organizations,
        NodeIdentity node,
        params (string Key, string Value)[] details
    ) =>
        organizations.Select(org => new StreamWrite(
            StreamId.Records(org, node.Id),
            null,
            [UserEntries.Of(caller, Operations.MemberSignIn, null, details)]
        )
        {
            Org = org,
        });
}
