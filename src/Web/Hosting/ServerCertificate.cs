using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Palisade.Web.Hosting;

/// <summary>
/// The server's self-signed certificate (P-256, two years), made at the first start and kept in <c>DIR/tls</c>, so that
/// clients that pin it keep trusting it. Made again within 30 days of its end and when the names change.
/// </summary>
internal static class ServerCertificate
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(730);
    private static readonly TimeSpan Renew = TimeSpan.FromDays(30);

    public static X509Certificate2 LoadOrCreate(string folder, IEnumerable<string> hosts, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        string[] names = ["localhost", .. hosts];
        var path = Path.Combine(folder, "server.pem");
        if (File.Exists(path) && Load(path) is { } known && Serves(known, names, time))
        {
            return known;
        }

        using var created = Create(names, time);
        Write(path, created);
        return Load(path) ?? throw new CryptographicException($"The certificate just written to {path} can't be read.");
    }

    /// <summary>The operator's own, with what it was issued by.</summary>
    /// <exception cref="CryptographicException">The file holds no certificate with its key.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Chain) LoadGiven(string path)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        return (
            Load(path) ?? throw new CryptographicException($"{path} holds no certificate with its key, as PEM."),
            chain
        );
    }

    private static X509Certificate2? Load(string path)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(path, path);

            // SslStream needs a key that the platform holds; PEM alone gives an ephemeral one.
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        }
        catch (CryptographicException)
        {
            // Cut short by a crash: a new one is made.
            return null;
        }
    }

    private static bool Serves(X509Certificate2 certificate, string[] names, TimeProvider time)
    {
        var known = certificate
            .Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames())
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return certificate.NotAfter.ToUniversalTime() - time.GetUtcNow() > Renew && known.SetEquals(names);
    }

    private static X509Certificate2 Create(string[] names, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Palisade", key, HashAlgorithmName.SHA256);
        var san = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            san.AddDnsName(name);
        }

        san.AddIpAddress(IPAddress.Loopback);
        san.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(san.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now.AddMinutes(-5), now + Life);
    }

    // Written aside and moved, so that a crash leaves the old one or the new one. Readable by its owner only from the
    // first byte.
    private static void Write(string path, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        var pem = certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
        var next = path + ".new";
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(next, options))
        {
            writer.Write(pem);
        }

        File.Move(next, path, overwrite: true);
    }
}
