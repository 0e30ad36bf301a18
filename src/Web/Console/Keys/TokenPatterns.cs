using System.Collections.Immutable;
using Palisade.Domain.Users;

namespace Palisade.Web.Console.Keys;

/// <summary>
/// How secrets of this installation are recognised (security.md S10), for scanners of repositories and logs.
/// </summary>
/// <param name="Pattern">A regular expression; a find is a secret if its last six characters are the checksum.</param>
/// <param name="Checksum">How these are computed.</param>
/// <param name="Report">Where a leaked deploy key is reported.</param>
public sealed record TokenPatterns(
    string Pattern,
    string Checksum,
    ImmutableSortedDictionary<string, string> Prefixes,
    string Report
)
{
    internal static TokenPatterns Value { get; } =
        new(
            Tokens.ScannerPattern,
            "CRC-32 (IEEE 802.3) of all characters before, in base62 (0-9A-Za-z), six digits",
            ImmutableSortedDictionary<string, string>
                .Empty.Add(Tokens.Prefix(TokenKind.DeployKey), "deploy key")
                .Add(Tokens.Prefix(TokenKind.Cli), "CLI token")
                .Add(Tokens.Prefix(TokenKind.Rack), "rack access key")
                .Add(Tokens.Prefix(TokenKind.Session), "console session")
                .Add(Tokens.Prefix(TokenKind.Operator), "operator token")
                .Add(Tokens.Prefix(TokenKind.Invite), "invite"),
            $"{ConsoleApi.Prefix}/keys/report"
        );
}
