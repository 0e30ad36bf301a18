using System.Security.Cryptography.X509Certificates;
using Palisade.Grains;
using Palisade.Storage;

namespace Palisade.Web.Nodes;

/// <summary>
/// By what this process proves to be a node, and by what it knows the others. Its own key is made anew at each start
/// and stays in memory.
/// </summary>
internal sealed class NodeCertificates(IStore store, NodeIdentity node, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);
    private static readonly TimeSpan Renew = TimeSpan.FromDays(10);

    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Lock _gate = new();
    private X509Certificate2? _authority;
    private X509Certificate2? _own;

    /// <summary>This node's own. Only after <see cref="OpenAsync"/>.</summary>
    public X509Certificate2 Own
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetUtcNow();
                // The one before may be in use by connections: it goes when they do.
                return _own is { } own && own.NotAfter.ToUniversalTime() - now > Renew
                    ? own
                    : _own = NodeAuthority.Issue(Authority, NameOf(node.Machine), now, Life);
            }
        }
    }

    private X509Certificate2 Authority =>
        _authority ?? throw new InvalidOperationException("The cluster's authority was not opened.");

    /// <summary>The name in the certificate of a machine's node.</summary>
    public static string NameOf(string machine) => $"{machine}.node.palisade.internal";

    /// <summary>Reads the authority once.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            _authority ??= await NodeAuthority.OpenAsync(store, time, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Whom to believe: what the authority certified, and nothing that the machine trusts otherwise.</summary>
    public X509ChainPolicy Trust() =>
        new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { Authority },
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };

    public void Dispose()
    {
        _opening.Dispose();
        _authority?.Dispose();
        _own?.Dispose();
    }
}
