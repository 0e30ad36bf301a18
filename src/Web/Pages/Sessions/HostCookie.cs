using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Web.Pages.Sessions;

/// <summary>A cookie of the console.</summary>
/// <remarks>
/// SECURITY (S03): cookies of <c>localhost</c> go to every port of that name, but apps are served on names below
/// <c>*.localhost</c>, which are other hosts; <c>__Host-</c> with Secure keeps any other host and plain HTTP from
/// setting or shadowing it. Strict: no foreign page can make a request with it, websockets included;
/// <see cref="PageGate"/> makes links from elsewhere work all the same.
/// </remarks>
internal sealed record HostCookie(string Name)
{
    /// <summary>The secret of a session.</summary>
    public static HostCookie Session { get; } = new("__Host-palisade");

    /// <summary>
    /// A sign-in whose second step is to come; the same form as a session's secret, and opens nothing.
    /// </summary>
    public static HostCookie SignIn { get; } = new("__Host-palisade-signin");

    /// <summary>The operator token of who is on the operator's pages.</summary>
    public static HostCookie Operator { get; } = new("__Host-palisade-operator");

    /// <summary>
    /// The token of an invite that is being looked at: it came in the fragment of a link and never is in a URL that is
    /// sent.
    /// </summary>
    public static HostCookie Invite { get; } = new("__Host-palisade-invite");

    /// <summary>Marks of <see cref="Grains.Users.KnownBrowsers"/>: not a secret that opens anything.</summary>
    public static HostCookie Browser { get; } = new("__Host-palisade-browser");

    public void Set(HttpContext context, string value, DateTimeOffset expires) =>
        context.Response.Cookies.Append(Name, value, Options(expires));

    public void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, Options(null));

    public string? Read(HttpRequest request) => request.Cookies.TryGetValue(Name, out var value) ? value : null;

    /// <summary>The token in it, or null when there is none of that kind.</summary>
    public Sensitive<string>? Token(HttpRequest request, TokenKind kind) =>
        Tokens.TryParse(Read(request), out var found) && found == kind ? new(Read(request)!) : null;

    /// <summary>The hash of a session's or sign-in's secret, or null when there is none of the right form.</summary>
    public string? Hash(HttpRequest request) =>
        Token(request, TokenKind.Session) is { } secret ? Tokens.Hash(secret) : null;

    private static CookieOptions Options(DateTimeOffset? expires) =>
        new()
        {
            HttpOnly = true,
            Secure = true,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            Expires = expires,
            IsEssential = true,
        };
}
