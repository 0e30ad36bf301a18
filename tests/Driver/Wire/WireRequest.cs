using System.Text;

namespace Palisade.Driver.Wire;

/// <summary>One REST call as the client makes it.</summary>
/// <param name="Method">GET, POST, PUT, DELETE.</param>
/// <param name="Path">Inserted unescaped, with the query when there is one.</param>
public sealed record WireRequest(string Method, string Path)
{
    /// <summary>Sent as a form body: keys sorted, a blank as <c>+</c>.</summary>
    public IReadOnlyDictionary<string, string>? Form { get; init; }

    /// <summary>Sent as it is, as application/octet-stream with its length.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The body comes from a file or from standard input: it is sent in chunks, without its length.</summary>
    public bool Chunked { get; init; }

    /// <summary>Options that travel as headers.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the Rack header is sent.</summary>
    public bool Bound { get; init; } = true;

    /// <summary>Whether the Session header is sent; only <c>login</c> leaves it out.</summary>
    public bool WithSession { get; init; } = true;

    internal byte[] Content => Form is null ? Body ?? [] : Encoding.UTF8.GetBytes(Encode(Form));

    internal static string Encode(IReadOnlyDictionary<string, string> form) =>
        string.Join(
            '&',
            form.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{Escape(p.Key)}={Escape(p.Value)}")
        );

    /// <summary>Go's query escaping: as RFC 3986, but a blank is <c>+</c>.</summary>
    internal static string Escape(string text) =>
        Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
