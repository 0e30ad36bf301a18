using System.Collections.Immutable;

namespace Palisade.Domain.Audit;

/// <summary>
/// Who vouches for a bundle: its keys and its checkpoint, held against a key and a checkpoint that the reader got
/// elsewhere.
/// </summary>
internal sealed class BundleTrust(NoteKey? trusted, SignedNote? sinceNote)
{
    /// <summary>A bound against bundles made to be slow.</summary>
    private const int MaxForks = 100;

    private readonly List<DeclaredFork> _forks = [];

    /// <summary>Size of the reader's checkpoint, and in which way the log is not the one that it speaks of.</summary>
    private (long Size, string Why)? _difference;

    /// <summary>Size of the checkpoint that the header has a proof for and the reader has not.</summary>
    private long? _unread;

    public Checkpoint? Checkpoint { get; private set; }

    public NoteKey? SignedBy { get; private set; }

    /// <summary>The reader's earlier checkpoint, when it is one of this log.</summary>
    public Checkpoint? Since { get; private set; }

    /// <summary>Looks at everything but the records.</summary>
    public void Check(BundleHeader header, FaultList faults)
    {
        if (!Audit.Checkpoint.TryParse(header.Checkpoint.Text, out var checkpoint))
        {
            faults.Add("checkpoint", "it cannot be read");
            return;
        }

        Checkpoint = checkpoint;
        if (checkpoint.Org != header.Org)
        {
            faults.Add("bundle", $"its first line says that it is of another log than {checkpoint.Origin}");
        }

        if (header.Keys.Fault(checkpoint.Origin) is { } broken)
        {
            faults.Add("key", broken);
            return;
        }

        CheckSignature(header, faults);
        CheckSince(header, checkpoint, faults);
        CheckForm(header.Consistency, checkpoint, faults);
    }

    /// <summary>
    /// Compares the root that the log had at the earlier checkpoint's size, and holds the header's proof to it, if it
    /// has one of that size.
    /// </summary>
    public void CheckSinceRoot(BundleHeader header, byte[] root, FaultList faults)
    {
        if (!root.AsSpan().SequenceEqual(Since!.Root.Span))
        {
            _difference = (Since.Size, $"the first {Since.Size} records are not those of the earlier checkpoint");
        }
        else if (header.Consistency is { } proof && proof.Size == Since.Size && !Leads(Since, proof.Hashes))
        {
            faults.Add("bundle", $"its proof for {proof.Size} records does not hold");
        }
    }

    /// <summary>
    /// Holds the log's two sizes against each other by the header's proof, where the records don't show it.
    /// </summary>
    public void CheckConsistency(BundleHeader header, FaultList faults)
    {
        if (Since is not { } since)
        {
            return;
        }

        // The empty log is the beginning of any, and the whole one needs no proof.
        var checkpoint = Checkpoint!;
        var proof =
            since.Size == 0 || since.Size == checkpoint.Size ? []
            : header.Consistency?.Size == since.Size ? header.Consistency.Hashes
            : default(ImmutableArray<byte[]>?);
        if (proof is null)
        {
            faults.Add(
                "since",
                $"the bundle has no proof for {since.Size} records: export it again with since={since.Size}"
            );
        }
        else if (!Leads(since, proof))
        {
            _difference = (
                since.Size,
                $"the log does not begin with the {since.Size} records of the earlier checkpoint"
            );
        }
    }

    /// <summary>A record that holds says so.</summary>
    public void Declare(DeclaredFork fork)
    {
        if (_forks.Count < MaxForks)
        {
            _forks.Add(fork);
        }
    }

    /// <summary>What declared any is not proven to be of this log.</summary>
    public void Disown() => _forks.Clear();

    /// <summary>
    /// SECURITY (S06, S31): a declared fork explains why a checkpoint of later records is none of this log, and vouches
    /// for nothing: who restored a backup could have changed what came after it.
    /// </summary>
    public void End(FaultList faults)
    {
        if (_difference is not var (size, why))
        {
            return;
        }

        if (_forks.Find(fork => fork.Covered < size) is { } declared)
        {
            faults.Add(
                "fork",
                declared.Index,
                $"{declared.Text}; {why}. If it was kept before the restore, it is one of the history that was given up; "
                    + "if after, the log was changed"
            );
        }
        else
        {
            faults.Add(
                "since",
                $"{why}: its history was changed, or this is a fork of it that no record here declares"
            );
        }
    }

    public IEnumerable<string> Limits()
    {
        if (trusted is null)
        {
            yield return "Without the log's key (--key) this cannot rule out that somebody else wrote this log and signed it with a key of their own.";
        }

        foreach (var fork in _forks)
        {
            yield return $"There is a {fork.Text}. A checkpoint of that other history is none of this log.";
        }

        if (_unread is { } size)
        {
            yield return $"The bundle's proof for its first {size} records was not looked at: that takes the checkpoint of them (--since).";
        }

        if (Since is null)
        {
            yield return "Without an earlier checkpoint (--since) this cannot rule out that records after the last one here are missing (truncation), "
                + "that others were shown another history (a fork), or that who holds the signing key rewrote it before it was published.";
        }
        else if (_difference is null)
        {
            yield return $"The earlier checkpoint speaks for the first {Since.Size} records. Later ones could have been rewritten by who holds the signing key "
                + "until a checkpoint of them is kept elsewhere.";
        }
    }

    private void CheckSignature(BundleHeader header, FaultList faults)
    {
        var signer = header.Keys.SignerOf(header.Checkpoint);
        if (signer < 0)
        {
            faults.Add("checkpoint", "it is not signed by a key of the log, or a signature does not hold");
            return;
        }

        SignedBy = header.Keys.Links[signer].Key;
        if (trusted is null)
        {
            return;
        }

        var anchor = header.Keys.IndexOf(trusted);
        if (anchor < 0)
        {
            faults.Add("key", $"the given key {trusted.HexId} is none of this log's: it was signed with another key");
        }
        else if (signer < anchor)
        {
            faults.Add(
                "key",
                $"the checkpoint is signed by key {SignedBy.HexId}, which is older than the given key {trusted.HexId}"
            );
        }
    }

    private void CheckSince(BundleHeader header, Checkpoint checkpoint, FaultList faults)
    {
        if (sinceNote is null)
        {
            return;
        }

        if (!Audit.Checkpoint.TryParse(sinceNote.Text, out var since) || since.Origin != checkpoint.Origin)
        {
            faults.Add("since", $"the earlier checkpoint is not one of the log {checkpoint.Origin}");
            return;
        }

        if (header.Keys.Links.Any(link => sinceNote.IsSignedBy(link.Key) == false))
        {
            faults.Add("since", "the earlier checkpoint's own signature does not hold");
            return;
        }

        if (since.Size > checkpoint.Size)
        {
            _difference = (
                since.Size,
                $"the earlier checkpoint covers {since.Size} records and this log has {checkpoint.Size}, so that its end may be missing"
            );
            return;
        }

        Since = since;
    }

    /// <summary>
    /// Without a checkpoint of its size nothing can be said of a proof but that it has as many hashes as it takes.
    /// </summary>
    private void CheckForm(ConsistencyProof? proof, Checkpoint checkpoint, FaultList faults)
    {
        if (proof is null)
        {
            return;
        }

        if (
            proof.Size < 0
            || proof.Size > checkpoint.Size
            || proof.Hashes.Length != MerkleProofs.Consistency(proof.Size, checkpoint.Size).Length
        )
        {
            faults.Add("bundle", $"what it has of {proof.Size} records is no proof");
        }
        else
        {
            _unread = proof.Size == Since?.Size ? null : proof.Size;
        }
    }

    private bool Leads(Checkpoint since, IReadOnlyList<byte[]> proof) =>
        MerkleProofs.IsConsistent(since.Size, Checkpoint!.Size, since.Root.ToArray(), Checkpoint.Root.ToArray(), proof);
}
