using System.Net;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Web.Streams;

/// <summary>What was decided for a request, and by what credential, so that both can be looked at again.</summary>
/// <param name="TokenHash">Key of the credential's ticket.</param>
/// <param name="Token">What kind of token it was.</param>
/// <param name="Address">Where the client is.</param>
internal sealed record WatchedRights(
    string TokenHash,
    TokenKind Token,
    IPAddress? Address,
    Caller Caller,
    Operation Operation,
    Resource Resource
);
