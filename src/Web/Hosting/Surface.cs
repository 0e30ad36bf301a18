namespace Palisade.Web.Hosting;

/// <summary>
/// The one place that separates pages from the API (S07). Pages may use cookies and must not be served to API clients;
/// the API never looks at cookies and answers in plain text or JSON.
/// </summary>
public static class Surface
{
    private static readonly string[] Pages =
    [
        "/o",
        "/account",
        "/operator",
        "/login",
        "/_blazor",
        "/_framework",
        "/_content",
        "/static",
    ];

    /// <summary><c>/</c>, the favicon, pages and what they load.</summary>
    public static bool IsPage(PathString path) =>
        path.Value is null or "" or "/" or "/favicon.ico"
        || Array.Exists(Pages, p => path.StartsWithSegments(p, StringComparison.Ordinal));

    public static bool IsApi(PathString path) => !IsPage(path);
}
