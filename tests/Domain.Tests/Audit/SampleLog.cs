using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

/// <summary>A small log as a server would have it, in memory.</summary>
internal sealed class SampleLog
{
    public const string Origin = "palisade/0123456789abcdef/acme";

    private readonly List<Entry> _entries = [];

    public long Size => _entries.Count;

    public sealed record Entry(string Stream, long Seq, byte[] Previous, byte[] Hash, byte[] Body)
    {
        /// <summary>Index of the record of retention, once erased.</summary>
        public long? ErasedBy { get; init; }
    }

    public IReadOnlyList<Entry> Entries => _entries;

    public static SampleLog Of(int entries, int seed = 0, params string[] streams)
    {
        var (log, random) = (new SampleLog(), new Random(seed));
        streams = streams.Length > 0 ? streams : ["org/acme", "app/acme/staging/web", "rec/acme/n1"];
        for (var i = 0; i < entries; i++)
        {
            log.Append(streams[random.Next(streams.Length)], $"app.get\",\"n\":\"{i}");
        }

        return log;
    }

    public SampleLog Append(string stream, string operation, string details = "{}")
    {
        var before = _entries.LastOrDefault(entry => entry.Stream == stream);
        var (seq, previous) = (1 + (before?.Seq ?? 0), before?.Hash ?? SHA256.HashData(Encoding.UTF8.GetBytes(stream)));
        var body = Encoding.UTF8.GetBytes(
            $"{{\"org\":\"acme\",\"stream\":\"{stream}\",\"seq\":{seq},\"version\":2,\"operation\":\"{operation}\",\"details\":{details}}}"
        );
        _entries.Add(new(stream, seq, previous, SHA256.HashData([.. previous, .. body]), body));
        return this;
    }

    /// <summary>Goes on as a restored backup does, which knew a checkpoint of so many records.</summary>
    public SampleLog Restore(long covered, string backup = "b1") =>
        Declare($"rec/acme/restore-{backup}", $"{covered}", backup);

    /// <summary>What restoring a backup declares, in a stream of any name; texts as JSON writes them.</summary>
    public SampleLog Declare(string stream, string covered, string backup = "b1", string by = "root") =>
        Append(
            stream,
            $"{DeclaredFork.Operation}\",\"at\":\"2026-11-26T05:00:00Z\",\"actor\":{{\"id\":\"{by}\"}},\"n\":\"",
            $"{{\"backup\":\"{backup}\",\"taken\":\"2026-11-20T01:00:00.0000000+00:00\",\"checkpointSize\":\"{covered}\"}}"
        );

    /// <summary>Erases bodies as retention does: says so in a record, then they go.</summary>
    public SampleLog Erase(Func<Entry, bool> which)
    {
        using var digest = new ErasureDigest();
        var by = Size;
        for (var i = 0; i < by; i++)
        {
            if (which(_entries[i]))
            {
                digest.Add(i, _entries[i].Stream, _entries[i].Seq, _entries[i].Hash);
                _entries[i] = _entries[i] with { ErasedBy = by };
            }
        }

        var details = string.Join(',', digest.Notice().Details.Select(d => $"\"{d.Key}\":\"{d.Value}\""));
        return Append("rec/acme/n2", RetentionNotice.Operation, $"{{{details}}}");
    }

    /// <summary>Verifies a bundle as a file holds it.</summary>
    public static VerificationReport Verify(byte[] bundle, NoteKey? key, SignedNote? since)
    {
        var verifier = new BundleVerifier(key, since);
        foreach (var line in Split(bundle))
        {
            verifier.Add(line);
        }

        return verifier.End();
    }

    public static byte[] Join(List<byte[]> lines) => [.. lines.SelectMany(line => line.Append((byte)'\n'))];

    public SignedNote Checkpoint(SampleSigner signer, long? size = null) =>
        signer.Sign(new Checkpoint(Origin, size ?? Size, Frontier(size ?? Size).Root()).Text);

    /// <summary>The lines of a bundle of everything from an index on.</summary>
    public List<byte[]> Bundle(SampleSigner signer, long from = 0, KeyHistory? keys = null, long? since = null)
    {
        var header = new BundleHeader
        {
            Org = "acme",
            Complete = true,
            From = from,
            Frontier = [.. Frontier(from).Peaks],
            Checkpoint = Checkpoint(signer),
            Keys = keys ?? new([new(signer.Key, null)]),
            Consistency = since is { } size ? new(size, Proof(MerkleProofs.Consistency(size, Size))) : null,
        };
        return
        [
            header.ToLine(),
            .. _entries.Skip((int)from).Select((entry, i) => Line(entry, from + i, [], from)),
            BundleRecord.EndLine(Size - from),
        ];
    }

    /// <summary>The lines of a bundle of chosen records.</summary>
    public List<byte[]> Selection(SampleSigner signer, params long[] indexes)
    {
        var header = new BundleHeader
        {
            Org = "acme",
            Complete = false,
            Checkpoint = Checkpoint(signer),
            Keys = new([new(signer.Key, null)]),
        };
        return
        [
            header.ToLine(),
            .. indexes.Select(index =>
                Line(_entries[(int)index], index, Proof(MerkleProofs.Inclusion(index, Size)), Size, indexes)
            ),
            BundleRecord.EndLine(indexes.Length),
        ];
    }

    public MerkleFrontier Frontier(long size)
    {
        var frontier = new MerkleFrontier();
        foreach (var entry in _entries.Take((int)size))
        {
            frontier.Append(Merkle.Leaf(entry.Hash));
        }

        return frontier;
    }

    private static List<byte[]> Split(byte[] bundle)
    {
        var lines = new List<byte[]>();
        var rest = bundle.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            lines.Add(rest[..(end < 0 ? rest.Length : end)].ToArray());
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return lines.Count > 0
            ? lines
            :
            [
                [],
            ];
    }

    private byte[] Line(Entry entry, long index, ImmutableArray<byte[]> proof, long from, long[]? chosen = null)
    {
        var before = _entries.FindIndex(other => other.Stream == entry.Stream && other.Seq == entry.Seq - 1);
        var known = entry.Seq == 1 || before >= from || chosen?.Contains(before) == true;
        return new BundleRecord
        {
            Index = index,
            Hash = entry.Hash,
            Previous = known || entry.ErasedBy is not null ? default(ReadOnlyMemory<byte>?) : entry.Previous,
            Proof = proof,
            Body = entry.ErasedBy is null ? entry.Body : default(ReadOnlyMemory<byte>?),
            Erased = entry.ErasedBy is { } by ? new(entry.Stream, entry.Seq, by) : null,
        }.ToLine();
    }

    private ImmutableArray<byte[]> Proof(IEnumerable<MerkleSpan> spans) =>
        [
            .. spans.Select(span =>
                span.Hash(node =>
                {
                    var subtree = new MerkleFrontier();
                    foreach (var entry in _entries.Skip((int)(node.Index << node.Height)).Take(1 << node.Height))
                    {
                        subtree.Append(Merkle.Leaf(entry.Hash));
                    }

                    return subtree.Root();
                })
            ),
        ];
}
