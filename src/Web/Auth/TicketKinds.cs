using Palisade.Domain.Users;
using Palisade.Grains.Keys;
using Palisade.Grains.Users;

namespace Palisade.Web.Auth;

/// <summary>Kinds of tickets that the API takes. Sessions belong to pages and are refused here (S07).</summary>
internal static class TicketKinds
{
    public const string CliToken = "cli";
    public const string DeployKey = DeployKeyGrain.TicketKind;
    public const string OperatorToken = CredentialKinds.Operator;

    /// <summary>The kind of ticket that a token of the API must be.</summary>
    public static string Of(TokenKind kind) =>
        kind switch
        {
            TokenKind.DeployKey => DeployKey,
            TokenKind.Operator => OperatorToken,
            _ => CliToken,
        };
}
