using Palisade.Domain.Users;
using Palisade.Grains.Keys;
using Palisade.Grains.Users;

namespace Palisade.Web.Auth;

/// <summary>
/// Kinds of tickets. Those of sessions belong to pages: the API refuses their tokens before it looks for any (S07), and
/// what a page opened is looked at again by them.
/// </summary>
internal static class TicketKinds
{
    public const string CliToken = "cli";
    public const string DeployKey = DeployKeyGrain.TicketKind;
    public const string OperatorToken = CredentialKinds.Operator;
    public const string Session = CredentialKinds.Session;

    /// <summary>The kind of ticket that a token must be.</summary>
    public static string Of(TokenKind kind) =>
        kind switch
        {
            TokenKind.DeployKey => DeployKey,
            TokenKind.Operator => OperatorToken,
            TokenKind.Session => Session,
            _ => CliToken,
        };
}
