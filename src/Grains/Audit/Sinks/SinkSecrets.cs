using System.Text;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Storage;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>Seals URLs and secrets of sinks, and opens them for a delivery.</summary>
public sealed class SinkSecrets(IStore store)
{
    private const string UrlPlace = "url";

    public async Task<SinkTarget> SealUrlAsync(string org, string sinkId, Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return new(
            url.Authority,
            await store.Sealer.SealAsync(
                Scope(org, sinkId),
                Encoding.UTF8.GetBytes(url.AbsoluteUri),
                UrlPlace,
                cancellationToken
            )
        );
    }

    public async Task<SinkSecret> SealAsync(
        string org,
        string sinkId,
        string secretId,
        byte[] secret,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => new(secretId, await store.Sealer.SealAsync(Scope(org, sinkId), secret, secretId, cancellationToken), now);

    public async Task<Sensitive<string>> UrlAsync(string org, Sink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sink);
        return new(
            Encoding.UTF8.GetString(
                await store.Sealer.OpenAsync(Scope(org, sink.Id), sink.Target!.Url, UrlPlace, cancellationToken)
            )
        );
    }

    /// <summary>Those that sign at that time.</summary>
    public async Task<Sensitive<List<byte[]>>> OpenAsync(
        string org,
        Sink sink,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(sink);
        var secrets = new List<byte[]>();
        foreach (var secret in sink.Secrets.Where(secret => secret.SignsAt(now)))
        {
            secrets.Add(await store.Sealer.OpenAsync(Scope(org, sink.Id), secret.Value, secret.Id, cancellationToken));
        }

        return new(secrets);
    }

    private static string Scope(string org, string sinkId) => $"sink/{LogName.Of(org)}/{sinkId}";
}
