using Microsoft.Extensions.Options;

namespace Palisade.Web.Hosting;

/// <summary>Headers of every answer (S03, S07).</summary>
internal static class SecurityHeaders
{
    public static void Apply(HttpContext context, bool api, string requestId)
    {
        var headers = context.Response.Headers;
        headers["Request-Id"] = requestId;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (api)
        {
            headers.CacheControl = "no-store";
            headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        }

        // Not for an unverified certificate: a browser that once saw it would lock its user out of localhost.
        if (context.RequestServices.GetRequiredService<IOptions<WebOptions>>().Value.PublicName)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
