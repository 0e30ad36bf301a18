using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Web.Pages.Sessions;

/// <summary>The cookie that holds a session's secret.</summary>
/// <remarks>
/// SECURITY (S03): cookies of <c>localhost</c> go to every port of that name, but apps are served on names below <c>*.localhost</c>, which are
/// other hosts; <c>__Host-</c> with Secure keeps any other host and plain HTTP from setting or shadowing it. Strict: no foreign page can make a
/// request with it, websockets included; <see cref="PageGate"/> makes links from elsewhere work all the same.
/// </remarks>
internal static class SessionCookie
{
    public const string Name = "__Host-palisade";

    public static void Set(HttpContext context, Sensitive<string> secret, DateTimeOffset expires) =>
        context.Response.Cookies.Append(Name, secret.Reveal(), Options(expires));

    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, Options(null));

    /// <summary>The hash of the session's secret, or null when there is none of the right form.</summary>
    public static string? Hash(HttpRequest request) =>
        request.Cookies.TryGetValue(Name, out var value) && Tokens.TryParse(value, out var kind) && kind == TokenKind.Session
            ? Tokens.Hash(new Sensitive<string>(value))
            : null;

    private static CookieOptions Options(DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
