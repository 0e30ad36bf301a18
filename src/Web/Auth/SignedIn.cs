using Palisade.Domain.Kernel;

namespace Palisade.Web.Auth;

/// <summary>Who sent a request, proven by its credential.</summary>
/// <param name="TokenHash">Key of the ticket, for asking again later (S29). Not a secret, not shown either.</param>
public sealed record SignedIn(Caller Caller, Identity Identity, string TokenHash);
