using Microsoft.AspNetCore.Components.Endpoints;
using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>Where a sign-in leads back to.</summary>
internal static class ReturnUrl
{
    private const int MaxLength = 2_000;

    public static string SignIn(HttpRequest request) => With(PageSignIn.Path, Of(request));

    /// <summary>
    /// Where the request was going to, if it can be gone to again: the form of a page leads to the page.
    /// </summary>
    public static string? Of(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        || request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
            ? $"{request.Path}{request.QueryString}"
            : null;

    /// <summary>A page of the sign-in that leads back to the address.</summary>
    public static string With(string page, string? url) =>
        Safe(url) is var back && back != "/" ? $"{page}?returnUrl={Uri.EscapeDataString(back)}" : page;

    /// <summary>The address when it is a page of ours, otherwise <c>/</c>.</summary>
    /// <remarks>
    /// SECURITY: <c>//host</c>, <c>/\host</c> and control characters, which browsers drop, would lead to another site.
    /// </remarks>
    public static string Safe(string? url) =>
        url is { Length: > 0 and <= MaxLength }
        && url[0] == '/'
        && (url.Length == 1 || url[1] is not ('/' or '\\'))
        && !url.Any(c => c is '\\' or <= ' ' or '\x7f')
        && Surface.IsPage(url.AsSpan(0, Cut(url)).ToString())
        && (url == PageSignIn.InvitePath || !url.StartsWith(PageSignIn.Path, StringComparison.Ordinal))
            ? url
            : "/";

    private static int Cut(string url) => url.IndexOfAny(['?', '#']) is var cut and >= 0 ? cut : url.Length;
}
