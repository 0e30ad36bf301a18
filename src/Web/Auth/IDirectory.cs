using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Storage.Tickets;

namespace Palisade.Web.Auth;

/// <summary>Says whom a ticket speaks for. Filled by the grains.</summary>
public interface IDirectory
{
    /// <summary>
    /// The principal and its organizations as of now, or of what is proven, or null when the subject is gone or
    /// disabled.
    /// </summary>
    ValueTask<Identity?> FindAsync(Ticket ticket, ProvenHeads? proven, CancellationToken cancellationToken);
}

/// <param name="Organizations">Names of the organizations that it is a member of; only the key's own for a deploy key.
/// Others must look absent to it.</param>
public sealed record Identity(Principal Principal, ImmutableSortedSet<string> Organizations)
{
    /// <summary>The person has a second factor.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>When it was last proven with the credential that was asked for.</summary>
    public DateTimeOffset? SecondFactorAt { get; init; }
}
