using Palisade.Domain.Kernel;

namespace Palisade.Web.Pages.Sessions;

/// <summary>
/// An operator on the operator's pages (S04): somebody who, beside their session, gave their password once more and
/// holds an operator token, in a cookie of its own. In no organization, whatever the session is in.
/// </summary>
/// <param name="Hash">Key of the token's ticket. Not a secret, not shown either.</param>
internal sealed record OperatorSession(Caller Caller, string Hash)
{
    /// <summary>Of a request that passed <see cref="PageGate"/> to one of these pages.</summary>
    public static OperatorSession Of(HttpContext context) =>
        context.Features.Get<OperatorSession>() ?? throw new InvalidOperationException("The request is no operator's.");
}
