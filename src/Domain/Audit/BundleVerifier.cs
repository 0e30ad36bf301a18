using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Palisade.Domain.Audit;

/// <summary>
/// Verifies an exported bundle line by line, with nothing but the bundle, and if the reader has them the log's key and
/// an earlier checkpoint. Memory grows with the number of streams, not of records.
/// </summary>
public sealed class BundleVerifier
{
    private readonly FaultList _faults = new();
    private readonly ChainTable _chains = new();
    private readonly BundleTrust _trust;
    private BundleHeader? _header;
    private BundleTree? _tree;
    private ErasureLedger _erasures;
    private long _next;
    private long _records;
    private long _undisclosed;
    private byte[] _org = [];
    private byte[] _restores = [];
    private bool _ended;
    private bool _gap;
    private bool _unreadable;

    /// <param name="key">The log's key, from elsewhere.</param>
    /// <param name="since">A checkpoint that the reader kept.</param>
    public BundleVerifier(NoteKey? key = null, SignedNote? since = null)
    {
        _trust = new(key, since);
        _erasures = new(whole: false, _faults);
    }

    /// <summary>The next line, without its line feed. Its bytes are not the same afterwards.</summary>
    public void Add(Span<byte> line)
    {
        if (_unreadable)
        {
            return;
        }

        if (_header is null)
        {
            Begin(line);
        }
        else if (_ended)
        {
            _faults.Add("bundle", "there is more after its last line");
        }
        else if (line.StartsWith("{\"records\":"u8))
        {
            _ended = true;
            EndWith(line);
        }
        else
        {
            Record(line);
        }
    }

    public VerificationReport End()
    {
        if (!_ended && !_unreadable)
        {
            _faults.Add("bundle", "it has no last line: its end is missing");
        }

        _erasures.End();
        if (!CheckTree())
        {
            _trust.Disown();
        }

        _trust.End(_faults);
        return new()
        {
            Faults = _faults.Faults,
            FaultCount = _faults.Count,
            Limits = Limits(),
            Records = _records,
            Streams = _chains.Count,
            Erased = _erasures.Count,
            Undisclosed = _undisclosed,
            Checkpoint = _trust.Checkpoint,
            SignedBy = _trust.SignedBy,
        };
    }

    private void EndWith(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual(BundleRecord.EndLine(_records)))
        {
            return;
        }

        _faults.Add(
            "bundle",
            line.SequenceEqual(BundleRecord.BreakLine(_records, erased: true))
                    ? $"it is incomplete: the body after its {_records} records was erased while it was written; export again"
                : line.SequenceEqual(BundleRecord.BreakLine(_records, erased: false))
                    ? $"it is incomplete: the body after its {_records} records is gone, and no record says why"
                : $"its last line does not say that there are {_records} records: some are missing, or too many"
        );
    }

    private void Begin(ReadOnlySpan<byte> line)
    {
        if (!BundleHeader.TryParse(line, out _header))
        {
            _faults.Add("bundle", "its first line is not that of a bundle of this version");
            _unreadable = true;
            return;
        }

        _org = RecordLine.Written(_header.Org);
        _restores = DeclaredFork.StreamsOf(_header.Org);

        _trust.Check(_header, _faults);
        _erasures = new(whole: _header is { Complete: true, From: 0 }, _faults);
        _next = _header.From;
        if (!_header.Complete)
        {
            _trust.CheckConsistency(_header, _faults);
            return;
        }

        if (MerkleFrontier.From(_header.From, _header.Frontier) is not { } frontier)
        {
            _faults.Add("bundle", "its first line says nothing about the log before its first record");
            return;
        }

        _tree = new(frontier, _trust.Since?.Size);
        if (_trust.Since?.Size < _header.From)
        {
            _trust.CheckConsistency(_header, _faults);
        }
    }

    private void Record(Span<byte> line)
    {
        _records++;
        Span<byte> hash = stackalloc byte[Merkle.HashBytes];
        Span<byte> previous = stackalloc byte[Merkle.HashBytes];
        if (
            !RecordLine.TryParse(line, _org, hash, previous, out var record)
            || (_header!.Complete && record.Proof.Count > 0)
        )
        {
            _faults.Add("record", _next, "its line is malformed");
            _gap = true;
            return;
        }

        DeclaredFork? fork = null;
        CheckPlace(record.Index);
        if (!Precedes(record, previous))
        {
            _gap = true;
        }
        else if (record.Erased is { } erased)
        {
            _erasures.Add(record.Index, erased.Stream, erased.Seq, erased.By, hash);
        }
        else
        {
            // What stood before the body was read: with the previous hash in its place, both are hashed in one go.
            var body = line.Slice(record.BodyStart, record.BodyLength);
            previous.CopyTo(line[(record.BodyStart - Merkle.HashBytes)..]);
            Span<byte> computed = stackalloc byte[Merkle.HashBytes];
            SHA256.HashData(line.Slice(record.BodyStart - Merkle.HashBytes, Merkle.HashBytes + body.Length), computed);
            if (!computed.SequenceEqual(hash))
            {
                _faults.Add(
                    "record",
                    record.Index,
                    "it was changed: its hash does not belong to its body and to the entry before it"
                );
            }
            else
            {
                DeclaredFork.TryParse(record.Index, _restores, record.Stream, body, out fork);
            }

            CheckPerson(record);
            _erasures.Meet(record.Index, body);
        }

        _chains.Set(record.Stream, record.Seq, hash);
        _tree?.Add(hash);
        if ((_header!.Complete || IsIncluded(record, hash)) && fork is not null)
        {
            _trust.Declare(fork);
        }
    }

    private void CheckPerson(in RecordLine record)
    {
        if (record.Misdisclosed)
        {
            _faults.Add("record", record.Index, "the personal values beside it are not those that it was written with");
        }

        _undisclosed += !record.Commitment.IsEmpty && !record.Disclosed ? 1 : 0;
    }

    private void CheckPlace(long index)
    {
        if (_header!.Complete ? index != _next : index < _next)
        {
            _faults.Add(
                "log",
                index,
                $"record {_next} was expected here: records are missing, too many or in another order"
            );
            _gap = true;
        }

        _next = index + 1;
    }

    /// <summary>Finds the hash of the entry before; false when there is none that fits.</summary>
    private bool Precedes(in RecordLine record, Span<byte> previous)
    {
        if (_chains.TryGet(record.Stream, out var place))
        {
            if (place.Seq + 1 == record.Seq && !record.HasPrevious)
            {
                place.Hash.CopyTo(previous);
                return true;
            }

            // Also the entry before it, named again beside the one that is here.
            if (_header!.Complete || place.Seq + 1 >= record.Seq)
            {
                _faults.Add("chain", record.Index, $"it is entry {record.Seq} of its stream, after entry {place.Seq}");
                return false;
            }
        }

        if (record.Seq == 1 && !record.HasPrevious)
        {
            ChainTable.Genesis(record.Stream).CopyTo(previous);
            return true;
        }

        // Without its body an entry does not show what it follows, so its line does not say it either.
        if (
            record.Seq > 1
            && record.HasPrevious == (record.Erased is null)
            && !(_header!.Complete && _header.From == 0)
        )
        {
            return true;
        }

        _faults.Add(
            "chain",
            record.Index,
            $"it is entry {record.Seq} of its stream, and the entry before it is missing"
        );
        return false;
    }

    private bool IsIncluded(in RecordLine record, ReadOnlySpan<byte> hash)
    {
        if (_trust.Checkpoint is not { } checkpoint)
        {
            return false;
        }

        var included = MerkleProofs.IsIncluded(
            Merkle.Leaf(hash),
            record.Index,
            checkpoint.Size,
            record.Proof,
            checkpoint.Root.ToArray()
        );
        if (!included)
        {
            _faults.Add("log", record.Index, "its proof does not lead to the checkpoint");
        }

        return included;
    }

    /// <summary>
    /// False when the records are not proven to be all that the checkpoint covers; chosen ones are proven each.
    /// </summary>
    private bool CheckTree()
    {
        if (_tree is null || _trust.Checkpoint is not { } checkpoint)
        {
            return _header is { Complete: false };
        }

        var isWhole = _tree.Size == checkpoint.Size;
        var isTheirs = isWhole && _tree.Root().AsSpan().SequenceEqual(checkpoint.Root.Span);
        if (!isWhole)
        {
            _faults.Add("log", $"it ends after {_tree.Size} records and its checkpoint covers {checkpoint.Size}");
        }
        else if (!isTheirs && !_gap)
        {
            _faults.Add("log", "the records are not those of the checkpoint");
        }

        if (_tree.EarlierRoot is { } root)
        {
            _trust.CheckSinceRoot(_header!, root, _faults);
        }

        return isTheirs;
    }

    private ImmutableArray<string> Limits()
    {
        var limits = ImmutableArray.CreateBuilder<string>();
        limits.AddRange(_trust.Limits());
        if (_header is { Complete: false })
        {
            limits.Add(
                "These are chosen records: this cannot rule out that others, which were to be chosen as well, were left out."
            );
        }
        else if (_header?.From > 0)
        {
            limits.Add($"The first {_header.From} records of the log are not in this bundle.");
        }

        if (_erasures.Count > 0)
        {
            limits.Add(
                $"Retention erased the bodies of {_erasures.Count} records: that they existed is proven, what they said is not known"
                    + (
                        _header is { Complete: true, From: 0 }
                            ? "."
                            : ", and which streams they were of, in which place, and which record of retention it was is the exporter's word."
                    )
            );
        }

        if (_undisclosed > 0)
        {
            limits.Add(
                $"Name, address and client of whoever wrote {_undisclosed} records are not shown: they were left out of this bundle, or erased."
            );
        }

        return limits.ToImmutable();
    }
}
