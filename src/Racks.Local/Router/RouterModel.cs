using System.Collections.Immutable;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// The whole routing that a rack wants. Every string in it is checked by <see cref="HaproxyConfig"/> against a closed
/// grammar before a byte reaches HAProxy (security.md S27). At most 2,000 backends.
/// </summary>
public sealed record RouterModel
{
    /// <summary>
    /// Addresses where plain HTTP is answered: 127.0.0.1 and, as asked, bridge gateways. At least one, at most 64.
    /// </summary>
    public required ImmutableArray<RouterBind> Binds { get; init; }

    /// <summary>
    /// Addresses where TLS is answered with <see cref="RouterFolder.CertificateFile"/>; empty for none.
    /// </summary>
    public ImmutableArray<RouterBind> TlsBinds { get; init; } = [];

    /// <summary>One backend per application, service and port.</summary>
    public ImmutableArray<RouterBackend> Backends { get; init; } = [];
}
