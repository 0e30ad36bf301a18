using System.Text;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

/// <summary>
/// A bundle has one form, byte for byte: whatever of it is changed is found, also what no hash and no signature covers.
/// </summary>
public sealed class BundleBytesTests : IDisposable
{
    private readonly SampleSigner _signer = new(SampleLog.Origin);
    private readonly SampleSigner _next = new(SampleLog.Origin);
    private readonly SampleLog _log = SampleLog.Of(60);

    private readonly SampleLog _erased = SampleLog
        .Of(6)
        .Erase(entry => entry.Stream.StartsWith("rec/", StringComparison.Ordinal) && entry.Seq < 3);

    private KeyHistory Keys => new([new(_signer.Key, null), new(_next.Key, SampleSigner.Succession(_signer, _next))]);

    public void Dispose()
    {
        _signer.Dispose();
        _next.Dispose();
    }

    /// <summary>
    /// Every bit of every byte, but of a record's body, which is hashed as a whole, one bit of each byte.
    /// </summary>
    [Theory]
    [InlineData("all, with bodies that retention erased")]
    [InlineData("the end, with a proof")]
    [InlineData("nothing after an earlier export")]
    [InlineData("chosen records")]
    public void S31_Any_byte_that_is_changed_is_found(string which)
    {
        var (lines, kept) = BundleOf(which);
        Assert.Empty(Verify(lines, kept).Faults);
        var bundle = SampleLog.Join(lines);
        var body = int.MaxValue;
        for (var at = 0; at < bundle.Length; at++)
        {
            if (bundle[at] == '\n')
            {
                body = int.MaxValue;
            }
            else if (bundle.AsSpan(0, at).EndsWith("\"body\":"u8))
            {
                body = at;
            }

            for (var bit = at > body ? at % 8 : 0; bit < (at > body ? (at % 8) + 1 : 8); bit++)
            {
                var changed = bundle.ToArray();
                changed[at] ^= (byte)(1 << bit);
                Assert.False(
                    SampleLog.Verify(changed, _signer.Key, kept).Holds,
                    $"bit {bit} of byte {at} after {Encoding.UTF8.GetString(bundle[Math.Max(0, at - 40)..at])}"
                );
            }
        }
    }

    [Theory]
    [InlineData("chosen records", "\"from\":0", "\"from\":1")]
    [InlineData("chosen records", "\"frontier\":[]", "\"frontier\":[\"HASH\"]")]
    [InlineData("chosen records", "\"complete\":false", "\"complete\":true")]
    [InlineData("chosen records", "\"complete\":false,", "")]
    [InlineData("chosen records", "\"complete\":false", "\"complete\":null")]
    [InlineData("chosen records", "\"complete\":false", "\"complete\":true,\"complete\":false")]
    [InlineData("chosen records", "\"complete\":false", "\"complete\": false")]
    [InlineData("chosen records", "\"complete\":false", "\"all\":true,\"complete\":false")]
    [InlineData("chosen records", "\"org\":\"acme\",\"complete\":false", "\"complete\":false,\"org\":\"acme\"")]
    [InlineData("chosen records", "\"org\":\"acme\",\"complete\":false", "\"org\":\"\\u0061cme\",\"complete\":false")]
    [InlineData("nothing after an earlier export", "\"org\":\"acme\"", "\"org\":\"other\"")]
    [InlineData("nothing after an earlier export", "\"org\":\"acme\"", "\"org\":\"0123456789abcdef/acme\"")]
    [InlineData("nothing after an earlier export", "\"org\":\"acme\"", "\"org\":\"\"")]
    [InlineData("nothing after an earlier export", "\"org\":\"acme\"", "\"org\":null")]
    [InlineData("the end, with a proof", "\"consistency\":{\"size\":20", "\"consistency\":{\"size\":-1")]
    [InlineData("the end, with a proof", "\"proof\":[\"", "\"proof\":[\"00")]
    [InlineData("the end, with a proof", "\"proof\":[\"", "\"proof\":[\"HASHHASH\",\"")]
    [InlineData("the end, with a proof", "\"proof\":[\"", "\"proof\":[\"HASH\",\"")]
    [InlineData("the end, with a proof", "\"body\":", "\"proof\":[\"HASH\"],\"body\":")]
    [InlineData("all, with bodies that retention erased", "\"by\":6", "\"by\":5")]
    [InlineData("all, with bodies that retention erased", "}\n", "}\r\n")]
    [InlineData("all, with bodies that retention erased", "}\n", "}\n\n")]
    public void S31_What_is_not_signed_has_one_form(string which, string part, string instead)
    {
        var (lines, kept) = BundleOf(which);
        var bundle = Encoding.UTF8.GetString(SampleLog.Join(lines));
        var at = bundle.IndexOf(part, StringComparison.Ordinal);
        var other = instead.Replace("HASH", new string('0', 2 * Merkle.HashBytes), StringComparison.Ordinal);
        Assert.True(at >= 0, bundle);

        var changed = Encoding.UTF8.GetBytes($"{bundle[..at]}{other}{bundle[(at + part.Length)..]}");

        Assert.False(SampleLog.Verify(changed, _signer.Key, kept).Holds);
    }

    [Fact]
    public void S31_The_installations_log_is_that_of_no_organization()
    {
        using var signer = new SampleSigner("palisade/0123456789abcdef/_installation");
        BundleHeader Header(string org) =>
            new()
            {
                Org = org,
                Complete = true,
                Checkpoint = signer.Sign(new Checkpoint(signer.Key.Name, 0, Merkle.EmptyRoot()).Text),
                Keys = new([new(signer.Key, null)]),
            };
        bool Holds(string org) =>
            SampleLog
                .Verify(SampleLog.Join([Header(org).ToLine(), BundleRecord.EndLine(0)]), signer.Key, since: null)
                .Holds;

        Assert.True(Holds(""));
        Assert.False(Holds(LogName.Installation));
        Assert.False(Holds("acme"));
    }

    [Fact]
    public void S31_The_entry_before_is_not_named_beside_itself()
    {
        var entries = _log.Entries.Select((entry, index) => (Entry: entry, Index: (long)index)).ToList();
        var second = entries.First(e => e.Entry.Seq == 2);
        var first = entries.First(e => e.Entry.Stream == second.Entry.Stream);
        var lines = _log.Selection(_signer, first.Index, second.Index);
        Assert.Empty(Verify(lines, _log.Checkpoint(_signer)).Faults);

        var hash = Convert.ToHexStringLower(second.Entry.Hash);
        var named = $"{hash}\",\"prev\":\"{Convert.ToHexStringLower(second.Entry.Previous)}";
        lines[2] = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(lines[2]).Replace(hash, named, StringComparison.Ordinal)
        );

        Assert.False(Verify(lines, _log.Checkpoint(_signer)).Holds);
    }

    [Fact]
    public void A_proof_whose_checkpoint_the_reader_has_not_is_said_to_be_unread()
    {
        var lines = _log.Bundle(_signer, since: 20);

        Assert.Contains(Verify(lines, null).Limits, Unread);
        Assert.Contains(Verify(lines, _log.Checkpoint(_signer, 10)).Limits, Unread);
        Assert.DoesNotContain(Verify(lines, _log.Checkpoint(_signer, 20)).Limits, Unread);
        static bool Unread(string limit) =>
            limit.Contains("first 20 records was not looked at", StringComparison.Ordinal);
    }

    private (List<byte[]> Lines, SignedNote Kept) BundleOf(string which) =>
        which switch
        {
            // Its proof is one that the records show as well.
            "all, with bodies that retention erased" => (
                _erased.Bundle(_signer, since: 3),
                _erased.Checkpoint(_signer, 3)
            ),
            "the end, with a proof" => (_log.Bundle(_signer, 57, since: 20), _log.Checkpoint(_signer, 20)),
            "nothing after an earlier export" => (_log.Bundle(_next, 60, Keys), _log.Checkpoint(_signer)),
            "chosen records" => (_log.Selection(_signer, 3, 59), _log.Checkpoint(_signer)),
            _ => throw new ArgumentOutOfRangeException(nameof(which), which, null),
        };

    private VerificationReport Verify(List<byte[]> lines, SignedNote? kept) =>
        SampleLog.Verify(SampleLog.Join(lines), _signer.Key, kept);
}
