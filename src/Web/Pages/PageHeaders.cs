namespace Palisade.Web.Pages;

/// <summary>Headers of every page (S03, S07), beside those that every answer has.</summary>
internal static class PageHeaders
{
    // 'self' covers the circuit's websocket too (CSP 3). Nothing inline, nowhere: styles and scripts are files.
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        // As the form tokens would set it; otherwise they warn.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";

        // no-referrer would make the Origin of our own forms "null", and they are checked by it.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()";
    }
}
