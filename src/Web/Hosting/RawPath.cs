using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Palisade.Domain.Kernel;
using Palisade.Web.Api.Parsing;

namespace Palisade.Web.Hosting;

/// <summary>
/// The path as the client wrote it. Kestrel folds <c>..</c> (also <c>%2e%2e</c>) before routing, so a path with dot
/// segments would be routed, authorized and answered as another one; such paths are refused. <c>//</c> stays (object
/// keys, registry URLs).
/// </summary>
internal static class RawPath
{
    private const int MaxLength = 4096;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "/.-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    /// <summary>The path part of the request's target, still encoded.</summary>
    public static ReadOnlySpan<char> Of(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    /// <summary>Why the path is refused, or null: <c>path.invalid</c>.</summary>
    public static Problem? Fault(HttpContext context)
    {
        var path = Of(context);
        if (path.IsEmpty || path[0] != '/')
        {
            return Bad("must begin with a slash");
        }

        if (path.Length > MaxLength)
        {
            return Bad($"is longer than {MaxLength} characters");
        }

        // Nothing that could be read in two ways: most paths.
        if (path.IndexOfAnyExcept(Plain) < 0 && path.IndexOf("/.", StringComparison.Ordinal) < 0)
        {
            return null;
        }

        if (FormText.Decode(path, plusIsSpace: false) is not { } plain)
        {
            return Bad("is not valid percent-encoded UTF-8");
        }

        // Decoded once more than routing does: %252e%252e is as suspect as what it might become behind us.
        if (HasDots(plain) || (FormText.Decode(plain, plusIsSpace: false) is { } twice && HasDots(twice)))
        {
            return Bad("must not have . or .. as a segment");
        }

        return
            plain.AsSpan().ContainsAnyInRange('\0', '\x1f')
            || plain.Contains('\x7f', StringComparison.Ordinal)
            || plain.Contains('\\', StringComparison.Ordinal)
            ? Bad("must not have control characters or backslashes")
            : null;
    }

    private static bool HasDots(string path) => path.Split('/').Any(s => s is "." or "..");

    private static Invalid Bad(string rule) => new("path.invalid", $"the path {rule}");
}
