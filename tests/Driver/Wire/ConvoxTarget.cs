using System.Globalization;
using System.Text;

namespace Palisade.Driver.Wire;

/// <summary>Whom the client talks to, and as whom.</summary>
/// <param name="Host">The console's host name, without a port.</param>
/// <param name="Port">Its TLS port.</param>
/// <param name="Token">The login token or deploy key.</param>
/// <param name="Rack">The rack chosen by <c>switch</c> or <c>-r</c>, as <c>org/rack</c>.</param>
public sealed record ConvoxTarget(string Host, int Port, string Token, string? Rack = null)
{
    /// <summary>The user name of a console login is always this word.</summary>
    public string User { get; init; } = "convox";

    /// <summary>The session id of the session flow; the header is present even when it is empty.</summary>
    public string Session { get; init; } = "";

    public static ConvoxTarget Of(ServerProcess server)
    {
        var first = server.FirstRun;
        var url = new Uri(first.Url);
        return new(url.Host, url.Port, first.CliToken, $"{first.Organization}/{first.Rack}");
    }

    internal string Authority => $"{Host}:{Port}";

    /// <summary>COMPAT: user and password pass through URL userinfo rules before base64 (convox-wire.md 1.5).</summary>
    public string Authorization =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserInfo(User)}:{UserInfo(Token)}"));

    public override string ToString() => $"{Authority} {Rack}";

    internal static string UserInfo(string text)
    {
        var encoded = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            encoded = (char)b switch
            {
                ' ' => encoded.Append('+'),
                var c when char.IsAsciiLetterOrDigit(c) || "-_.~$&+,;=".Contains(c, StringComparison.Ordinal) =>
                    encoded.Append(c),
                _ => encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}"),
            };
        }

        return encoded.ToString();
    }
}
