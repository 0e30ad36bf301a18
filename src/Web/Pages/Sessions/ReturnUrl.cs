using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>Where a sign-in leads back to.</summary>
internal static class ReturnUrl
{
    private const int MaxLength = 2_000;

    public static string SignIn(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path != "/" && Safe($"{request.Path}{request.QueryString}") is var back && back != "/"
            ? $"/login?returnUrl={Uri.EscapeDataString(back)}"
            : "/login";

    /// <summary>The address when it is a page of ours, otherwise <c>/</c>.</summary>
    /// <remarks>SECURITY: <c>//host</c>, <c>/\host</c> and control characters, which browsers drop, would lead to another site.</remarks>
    public static string Safe(string? url) =>
        url is { Length: > 0 and <= MaxLength } && url[0] == '/' && (url.Length == 1 || url[1] is not ('/' or '\\'))
            && !url.Any(c => c is '\\' or <= ' ' or '\x7f')
            && Surface.IsPage(url.AsSpan(0, Cut(url)).ToString()) && !url.StartsWith("/login", StringComparison.Ordinal)
            ? url
            : "/";

    private static int Cut(string url) => url.IndexOfAny(['?', '#']) is var cut and >= 0 ? cut : url.Length;
}
