using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Grains.Orgs;

/// <summary>One organization; key: its name. Members, roles and groups are one stream, so guards over all of them are exact.</summary>
[Alias("palisade.org")]
public interface IOrgGrain : IGrainWithStringKey
{
    /// <summary>Operator only. <paramref name="administrator"/> becomes the first Administrator.</summary>
    Task<Result<Done>> CreateAsync(Caller caller, string administrator, CancellationToken cancellationToken = default);

    Task<Result<Done>> AddMemberAsync(Caller caller, string userId, ImmutableArray<RoleGrant> roles, CancellationToken cancellationToken = default);

    Task<Result<Done>> SetMemberRolesAsync(Caller caller, string userId, ImmutableArray<RoleGrant> roles, CancellationToken cancellationToken = default);

    Task<Result<Done>> RemoveMemberAsync(Caller caller, string userId, CancellationToken cancellationToken = default);
}
