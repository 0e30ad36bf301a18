using System.Security.Cryptography;

namespace Palisade.Bench;

/// <summary>
/// <c>audit.head</c>: how long after its acknowledgement a change is covered by a signed checkpoint, 99 of 100 times;
/// beside a bare signature and one durable commit.
/// </summary>
internal sealed class AuditHead : IBench
{
    private const double AtMostMilliseconds = 1000;

    public string Name => "audit.head";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var load = await EnvSetLoad.StartAsync(AuditDelay.Clients, ct);
        using var product = AuditDelay.Open(load.Database);
        using var plain = PlainJournal.Create(load.Database, "app.env.set");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var measured = await Rounds.InterleavedAsync(
            token =>
                AuditDelay.MeasureAsync(load, (stream, seq) => AuditDelay.IndexOf(product, stream, seq) >= 0, token),
            token => Rounds.MillisecondsAsync(SignAndCommitAsync, token),
            ct: ct
        );
        return BenchResult.Of(Name, "ms", measured, Goal.AtMost(AtMostMilliseconds));

        async Task SignAndCommitAsync(CancellationToken token)
        {
            key.SignData(new byte[200], HashAlgorithmName.SHA256);
            await plain.CommitAsync(0, token);
        }
    }
}
