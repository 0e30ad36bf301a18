using Microsoft.AspNetCore.Components.Authorization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Web.Pages.Sessions;
using Palisade.Web.Streams;

namespace Palisade.Web.Live;

/// <summary>
/// Who uses this page, in a request or in a circuit. Asked anew for every action: a session that ended in between can
/// do nothing.
/// </summary>
internal sealed class CircuitSession(AuthenticationStateProvider authentication, PageSessions sessions, IIdSource ids)
{
    private const int RequestIdBytes = 6;

    private static readonly Unauthenticated Over = new("session.over", "your session is over")
    {
        Suggestion = "sign in again",
    };

    /// <summary>
    /// The caller of one action in an organization, with a request id of its own. Problems: <c>session.over</c>.
    /// </summary>
    public async ValueTask<Result<Caller>> CallerAsync(string org, CancellationToken cancellationToken)
    {
        var claims = (await authentication.GetAuthenticationStateAsync()).User;
        return
            await sessions.FindAsync(PageSession.HashOf(claims), cancellationToken) is { } session
            && session.Organizations.Contains(org)
            ? session.CallerOf(claims, ids.Hex(RequestIdBytes), org)
            : Over;
    }

    /// <summary>What was decided for a caller of this session, so that it can be looked at again.</summary>
    public async ValueTask<WatchedRights> RightsAsync(Caller caller, Operation operation, Resource resource)
    {
        var claims = (await authentication.GetAuthenticationStateAsync()).User;
        return new(
            PageSession.HashOf(claims) ?? "",
            TokenKind.Session,
            PageSession.AddressOf(claims),
            caller,
            operation,
            resource
        );
    }
}
