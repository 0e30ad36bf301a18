using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Web.Auth;

/// <summary>Who sent a request, proven by its credential.</summary>
/// <param name="TokenHash">Key of the ticket, for asking again later (S29). Not a secret, not shown either.</param>
/// <param name="Token">What kind of token it was.</param>
public sealed record SignedIn(Caller Caller, Identity Identity, string TokenHash, TokenKind Token = TokenKind.Cli);
