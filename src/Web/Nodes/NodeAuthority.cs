using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Web.Nodes;

/// <summary>
/// The authority that certifies the nodes of one database (ADR 0021). Its key is an object of the installation, sealed
/// as all objects are: who has the database and the key ring is a node, and nobody else.
/// </summary>
internal static class NodeAuthority
{
    private const string Claim = "cluster-authority";
    private const string Folder = "cluster/authority/";
    private const int MaxBytes = 16 * 1024;

    /// <summary>RFC 5280 section 4.1.2.5: without a well-defined end.</summary>
    private static readonly DateTimeOffset Never = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>Clocks of nodes may differ by this much.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromDays(1);

    /// <summary>The database's authority with its private key; made by whoever asks first.</summary>
    public static async Task<X509Certificate2> OpenAsync(
        IStore store,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var id = await FindAsync(store, cancellationToken) ?? await CreateAsync(store, time, cancellationToken);
        var claim = new Idempotency(Claim, id, Never);
        var claimed = await store.Journal.AppendAsync(new Append { Org = "", Idempotency = claim }, cancellationToken);
        if (claimed is AlreadyDone { Answer: var taken } && taken != id)
        {
            // Another node was quicker.
            id = taken;
        }

        await using var content =
            await store.Objects.OpenAsync("", Folder + id, cancellationToken)
            ?? throw new StoreUnusableException(
                $"the key of the cluster's authority, object {Folder}{id}, is gone from the folder of objects: restore it"
            );
        using var reader = new StreamReader(content, Encoding.ASCII);
        var pem = await reader.ReadToEndAsync(cancellationToken);
        return X509Certificate2.CreateFromPem(pem, pem);
    }

    /// <summary>A certificate for a node, with its key, for both ends of a connection.</summary>
    public static X509Certificate2 Issue(X509Certificate2 authority, string name, DateTimeOffset now, TimeSpan life)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        // RFC 5280 section 4.2.1.12: of a server, of a client.
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], critical: false)
        );
        using var issued = request.Create(authority, now - Skew, now + life, RandomNumberGenerator.GetBytes(16));
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    private static async Task<string?> FindAsync(IStore store, CancellationToken cancellationToken) =>
        (await store.Objects.ListAsync("", Folder, 1, cancellationToken)) is [var found, ..]
            ? found.Key[Folder.Length..]
            : null;

    private static async Task<string> CreateAsync(IStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Palisade cluster", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var certificate = request.CreateSelfSigned(time.GetUtcNow() - Skew, Never);
        var pem = $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        using var content = new MemoryStream(Encoding.ASCII.GetBytes(pem));
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        await store.Objects.PutAsync("", Folder + id, content, MaxBytes, cancellationToken);
        return id;
    }
}
