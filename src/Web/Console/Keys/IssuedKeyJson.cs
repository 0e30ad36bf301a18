using Palisade.Domain.Access;
using Palisade.Grains.Keys;

namespace Palisade.Web.Console.Keys;

/// <summary>A key with its new secret, this once, and how a CI uses it.</summary>
/// <param name="CommandLine">Ready to be pasted; it holds the secret.</param>
/// <param name="GitHubActions">A step of a workflow; the secret is to be stored as CONVOX_PASSWORD.</param>
public sealed record IssuedKeyJson(KeyJson Key, string Secret, string CommandLine, string GitHubActions)
{
    internal static IssuedKeyJson Of(IssuedKey issued, string org, string host, DateTimeOffset now)
    {
        var (secret, deploy) = (issued.Secret.Reveal(), $"convox deploy -r {org}/{RackOf(issued)} -a {AppOf(issued)}");
        return new(
            KeyJson.Of(issued.Key, null, now),
            secret,
            $"export CONVOX_HOST={host} CONVOX_PASSWORD={secret}; {deploy}",
            $$$"""
            - name: Deploy
              env:
                CONVOX_HOST: {{{host}}}
                CONVOX_PASSWORD: ${{ secrets.CONVOX_PASSWORD }}
              run: {{{deploy}}}

            """
        );
    }

    /// <summary>SECURITY: neither a log nor an exception shows it.</summary>
    public override string ToString() => $"{nameof(IssuedKeyJson)}({Key.Id})";

    private static string RackOf(IssuedKey issued) =>
        issued.Key.Spec.Racks is { Kind: SelectorKind.Name or SelectorKind.List } racks ? racks.Names[0] : "RACK";

    private static string AppOf(IssuedKey issued) =>
        issued.Key.Spec.Apps is { Kind: SelectorKind.Name or SelectorKind.List } apps
            ? apps.Names[0].Split('/')[^1]
            : "APP";
}
