using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Bench;

/// <summary>
/// Records per second that the offline verifier checks on one core, over a bare SHA-256 Merkle tree over the same
/// bodies.
/// </summary>
internal sealed class AuditVerify : IBench
{
    private const int Records = 200_000;
    private const int Streams = 100;
    private const double AtLeast = 0.7;
    private const string Origin = "palisade/0123456789abcdef/acme";

    private static readonly string Rest =
        ",\"version\":1,\"at\":\"2026-11-01T12:00:00.000000Z\",\"actor\":{\"kind\":\"User\",\"id\":\"u0123456789\",\"name\":\"Ada Lovelace\","
        + "\"signIn\":\"cli-token\",\"credential\":\"t0123456789\"},\"ip\":\"127.0.0.1\",\"client\":\"convox/3.18\",\"requestId\":\"0123456789ab\","
        + "\"operation\":\"app.env.set\","
        + "\"resource\":{\"type\":\"Application\",\"name\":\"staging/web\"},\"result\":\"ok\"}";

    public string Name => "audit.verify";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var (bundle, bodies, signer) = Make();
        using (signer)
        {
            var measured = await Rounds.InterleavedAsync(
                _ => Task.FromResult(PerSecond(() => Verify(bundle, signer.Key))),
                _ => Task.FromResult(PerSecond(() => Bare(bodies))),
                ct: ct
            );
            return BenchResult.Of(Name, "records/s", measured, Goal.RatioAtLeast(AtLeast));
        }
    }

    private static (byte[] Bundle, List<byte[]> Bodies, NoteSigner Signer) Make()
    {
        var (bodies, lines, frontier) = (new List<byte[]>(Records), new MemoryStream(), new MerkleFrontier());
        var heads = Enumerable
            .Range(0, Streams)
            .Select(i => (Seq: 0L, Hash: SHA256.HashData(Encoding.UTF8.GetBytes($"app/acme/staging/web{i}"))))
            .ToArray();
        for (var index = 0; index < Records; index++)
        {
            ref var head = ref heads[index * 7 % Streams];
            var body = Encoding.UTF8.GetBytes(
                $"{{\"org\":\"acme\",\"stream\":\"app/acme/staging/web{index * 7 % Streams}\",\"seq\":{++head.Seq}{Rest}"
            );
            head.Hash = SHA256.HashData([.. head.Hash, .. body]);
            frontier.Append(Merkle.Leaf(head.Hash));
            bodies.Add(body);
            Write(
                lines,
                new BundleRecord
                {
                    Index = index,
                    Hash = head.Hash,
                    Body = body,
                }.ToLine()
            );
        }

        Write(lines, BundleRecord.EndLine(Records));
        var signer = NoteSigner.Create(Origin);
        var text = new Checkpoint(Origin, Records, frontier.Root()).Text;
        var header = new BundleHeader
        {
            Org = "acme",
            Complete = true,
            Checkpoint = new(text, [signer.Sign(text)]),
            Keys = new([new(signer.Key, null)]),
        };
        return ([.. header.ToLine(), (byte)'\n', .. lines.ToArray()], bodies, signer);
    }

    private static void Write(MemoryStream lines, byte[] line)
    {
        lines.Write(line);
        lines.WriteByte((byte)'\n');
    }

    private static void Verify(byte[] bundle, NoteKey key)
    {
        var report = BundleFile.Verify(new MemoryStream(bundle), new(key));
        if (!report.Holds)
        {
            throw new InvalidOperationException(report.Faults[0].Why);
        }
    }

    /// <summary>
    /// Leaves and nodes with the platform's function, as one would write it; the right edge counts little and is left
    /// out.
    /// </summary>
    private static void Bare(List<byte[]> bodies)
    {
        var level = new List<byte[]>(bodies.Count);
        var buffer = new byte[4096];
        foreach (var body in bodies)
        {
            body.CopyTo(buffer, 1);
            level.Add(SHA256.HashData(buffer.AsSpan(0, body.Length + 1)));
        }

        while (level.Count > 1)
        {
            var parents = new List<byte[]>(level.Count / 2);
            for (var i = 0; i + 1 < level.Count; i += 2)
            {
                parents.Add(Merkle.Node(level[i], level[i + 1]));
            }

            level = parents;
        }
    }

    private static double PerSecond(Action run)
    {
        var started = Stopwatch.GetTimestamp();
        run();
        return Records / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
