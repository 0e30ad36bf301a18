using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// The rack's own certificate authority (ECDSA P-256, 10 years) and the certificate that it gives the router (397 days,
/// renewed 30 days before its end or when names change). Files in the router's folder, mode 0600: <c>ca.pem</c>,
/// <c>ca.key</c> and <see cref="RouterFolder.CertificateFile"/>, which HAProxy reads.
/// </summary>
public sealed class RackCertificate(RouterFolder folder, TimeProvider time)
{
    public const string AuthorityFile = "ca.pem";
    public const string AuthorityKeyFile = "ca.key";

    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3_652);
    private static readonly TimeSpan LeafLife = TimeSpan.FromDays(397);
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    /// <summary>
    /// The names that cover <paramref name="hosts"/> and stay the same as services come and go: for a name under
    /// <c>.localhost</c> its parent's wildcard (one label deep, as RFC 6125 wants), for any other the name itself.
    /// </summary>
    public static ImmutableArray<string> NamesFor(IEnumerable<string> hosts) =>
        [.. hosts.Select(Cover).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Makes sure that the router's certificate is for <paramref name="names"/> (normal host names, optionally
    /// <c>*.</c> first; 1 to 1,000) and valid for a while; true when it is a new one, which the next apply loads.
    /// Problem: <c>router.invalid_host</c>.
    /// </summary>
    public async Task<Result<bool>> EnsureAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (
            names.Count is 0 or > 1_000
            || names.Any(name =>
                !RouterHostName.IsNormal(name?.StartsWith("*.", StringComparison.Ordinal) is true ? name[2..] : name)
            )
        )
        {
            return new Invalid("router.invalid_host", "A certificate needs 1 to 1000 host names");
        }

        using var authority = await AuthorityAsync(ct);
        using var current = await CurrentAsync(ct);
        if (current is not null && IsGood(current, authority, names))
        {
            return false;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Issue(authority, key, names);
        await folder.WriteAsync(
            RouterFolder.CertificateFile,
            $"{leaf.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n",
            ct
        );
        return true;
    }

    /// <summary>The authority's certificate (PEM, no key), for people to trust.</summary>
    public async Task<string> AuthorityPemAsync(CancellationToken ct)
    {
        using var authority = await AuthorityAsync(ct);
        return authority.ExportCertificatePem();
    }

    private static string Cover(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return host.EndsWith(".localhost", StringComparison.Ordinal) && host.IndexOf('.', dot + 1) > 0
            ? "*" + host[dot..]
            : host;
    }

    private bool IsGood(X509Certificate2 leaf, X509Certificate2 authority, IReadOnlyCollection<string> names)
    {
        var covered = leaf
            .Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames());
        return leaf.NotAfter.ToUniversalTime() - time.GetUtcNow() > Renewal
            && leaf.IssuerName.RawData.AsSpan().SequenceEqual(authority.SubjectName.RawData)
            && covered.ToHashSet(StringComparer.Ordinal).SetEquals(names);
    }

    private X509Certificate2 Issue(X509Certificate2 authority, ECDsa key, IReadOnlyCollection<string> names)
    {
        var request = new CertificateRequest("CN=Palisade rack", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true)
        );
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false)
        );
        var now = time.GetUtcNow();
        var end = now + LeafLife;
        var last = new DateTimeOffset(authority.NotAfter.ToUniversalTime());
        return request.Create(authority, now.AddHours(-1), end < last ? end : last, Serial());
    }

    private async Task<X509Certificate2> AuthorityAsync(CancellationToken ct)
    {
        if (
            await folder.ReadAsync(AuthorityFile, ct) is { } certificate
            && await folder.ReadAsync(AuthorityKeyFile, ct) is { } pem
        )
        {
            var read = X509Certificate2.CreateFromPem(certificate, pem);
            if (read.NotAfter.ToUniversalTime() - time.GetUtcNow() > LeafLife)
            {
                return read;
            }

            read.Dispose();
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var suffix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var request = new CertificateRequest($"CN=Palisade rack authority {suffix}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        var authority = request.CreateSelfSigned(now.AddHours(-1), now + AuthorityLife);
        await folder.WriteAsync(AuthorityKeyFile, key.ExportPkcs8PrivateKeyPem(), ct);
        await folder.WriteAsync(AuthorityFile, authority.ExportCertificatePem(), ct);
        return authority;
    }

    private async Task<X509Certificate2?> CurrentAsync(CancellationToken ct)
    {
        try
        {
            return await folder.ReadAsync(RouterFolder.CertificateFile, ct) is { } pem
                ? X509Certificate2.CreateFromPem(pem)
                : null;
        }
        catch (CryptographicException)
        {
            // Unreadable is as good as missing: a new one is made.
            return null;
        }
    }

    // RFC 5280: positive, at most 20 octets.
    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }
}
