using System.Text;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

/// <summary>
/// The offline verifier: what it finds with the log's key and an earlier checkpoint, and what it says that it can't
/// rule out without them.
/// </summary>
public sealed class BundleVerifierTests : IDisposable
{
    private readonly SampleSigner _signer = new(SampleLog.Origin);
    private readonly SampleLog _log = SampleLog.Of(60);

    public void Dispose() => _signer.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(33)]
    public void An_unaltered_bundle_holds(long from)
    {
        var report = Verify(_log.Bundle(_signer, from, since: 20), since: _log.Checkpoint(_signer, 20));

        Assert.Empty(report.Faults);
        Assert.Equal((60 - from, 60, _signer.Key), (report.Records, report.Checkpoint!.Size, report.SignedBy!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(59)]
    [InlineData(60)]
    public void An_earlier_checkpoint_of_any_size_holds(long size) =>
        Assert.Empty(Verify(_log.Bundle(_signer), since: _log.Checkpoint(_signer, size)).Faults);

    [Fact]
    public void S31_A_record_that_is_dropped_is_found() =>
        EveryRecord(i =>
        {
            var lines = _log.Bundle(_signer);
            lines.RemoveAt(i);
            return lines;
        });

    [Fact]
    public void S31_A_record_that_is_dropped_is_found_also_when_all_is_numbered_anew() =>
        EveryRecord(i =>
        {
            var lines = _log.Bundle(_signer);
            lines.RemoveAt(i);
            return Renumbered(lines);
        });

    [Fact]
    public void S31_Records_that_changed_places_are_found() =>
        EveryRecord(i =>
        {
            var lines = _log.Bundle(_signer);
            var other = i == 1 ? 2 : i - 1;
            (lines[i], lines[other]) = (lines[other], lines[i]);
            return i % 2 == 0 ? lines : Renumbered(lines);
        });

    [Fact]
    public void S31_A_record_that_is_inserted_is_found() =>
        EveryRecord(i =>
        {
            var lines = _log.Bundle(_signer);
            var forged = SampleLog.Of(1, 1, "rec/acme/forged");
            lines.Insert(i, forged.Bundle(_signer)[1]);
            return Renumbered(lines);
        });

    [Fact]
    public void S31_A_stream_that_is_left_out_whole_is_found()
    {
        var lines = _log.Bundle(_signer);
        lines.RemoveAll(line =>
            Encoding.UTF8.GetString(line).Contains("\"stream\":\"rec/acme/n1\"", StringComparison.Ordinal)
        );

        Assert.False(Verify(Renumbered(lines)).Holds);
    }

    [Fact]
    public void S31_A_bundle_that_is_cut_off_is_found()
    {
        var lines = _log.Bundle(_signer);
        for (var keep = 1; keep < lines.Count - 1; keep++)
        {
            Assert.False(Verify(lines[..keep]).Holds);
            Assert.False(Verify([.. lines[..keep], BundleRecord.EndLine(keep - 1)]).Holds, $"{keep} lines");
        }
    }

    [Theory]
    [InlineData(true, "was erased while it was written; export again")]
    [InlineData(false, "is gone, and no record says why")]
    public void S31_A_bundle_that_says_that_it_was_broken_off_is_incomplete(bool erased, string why)
    {
        var lines = _log.Bundle(_signer);
        for (var records = 0; records < lines.Count - 1; records++)
        {
            var report = Verify([.. lines[..(records + 1)], BundleRecord.BreakLine(records, erased)]);
            Assert.Equal(
                ("bundle", $"it is incomplete: the body after its {records} records {why}"),
                (report.Faults[0].Code, report.Faults[0].Why)
            );
        }
    }

    [Fact]
    public void S31_A_log_that_is_cut_off_at_an_older_checkpoint_is_found_by_a_newer_one_only()
    {
        var shorter = SampleLog.Of(50).Bundle(_signer);

        var fault = Assert.Single(Verify(shorter, _signer.Key, _log.Checkpoint(_signer, 55)).Faults);
        Assert.Equal("since", fault.Code);
        Assert.True(Verify(shorter, _signer.Key, _log.Checkpoint(_signer, 50)).Holds);
        var blind = Verify(shorter, _signer.Key);
        Assert.True(blind.Holds);
        Assert.Contains(blind.Limits, limit => limit.Contains("truncation", StringComparison.Ordinal));
    }

    [Fact]
    public void S31_A_log_that_is_signed_again_with_another_key_is_found_by_the_key_or_an_earlier_checkpoint()
    {
        using var other = new SampleSigner(SampleLog.Origin);
        var rewritten = SampleLog.Of(60, seed: 7).Bundle(other);

        Assert.Contains(Verify(rewritten, _signer.Key).Faults, fault => fault.Code == "key");
        Assert.Contains(
            Verify(rewritten, key: null, _log.Checkpoint(_signer, 10)).Faults,
            fault => fault.Code == "since"
        );
        var blind = Verify(rewritten, key: null);
        Assert.True(blind.Holds);
        Assert.Contains(blind.Limits, limit => limit.Contains("--key", StringComparison.Ordinal));
    }

    [Fact]
    public void S31_Two_histories_of_one_key_are_found()
    {
        var fork = SampleLog.Of(40);
        for (var i = 0; i < 30; i++)
        {
            fork.Append("rec/acme/n1", $"other.{i}");
        }

        Assert.True(Verify(fork.Bundle(_signer), _signer.Key, _log.Checkpoint(_signer, 40)).Holds);
        var fault = Assert.Single(Verify(fork.Bundle(_signer), _signer.Key, _log.Checkpoint(_signer)).Faults);
        Assert.Equal("since", fault.Code);
        Assert.Contains("fork", fault.Why, StringComparison.Ordinal);
        Assert.Contains(
            Verify(fork.Bundle(_signer), _signer.Key).Limits,
            limit => limit.Contains("fork", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void S31_A_fork_before_the_first_record_of_a_bundle_is_found()
    {
        var fork = SampleLog.Of(60, seed: 3);

        Assert.Contains(
            Verify(fork.Bundle(_signer, from: 40, since: 20), since: _log.Checkpoint(_signer, 20)).Faults,
            fault => fault.Code == "since"
        );
        Assert.Contains(
            Verify(_log.Bundle(_signer, from: 40), since: _log.Checkpoint(_signer, 20)).Faults,
            fault => fault.Why.Contains("since=20", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_checkpoint_of_another_log_is_none_of_this_one()
    {
        var other = _signer.Sign(new Checkpoint("palisade/fedcba9876543210/acme", 20, _log.Frontier(20).Root()).Text);

        Assert.Equal("since", Assert.Single(Verify(_log.Bundle(_signer), _signer.Key, other).Faults).Code);
    }

    [Fact]
    public void After_a_rotation_the_old_key_vouches_for_the_new_one_and_the_new_one_not_for_the_old()
    {
        using var next = new SampleSigner(SampleLog.Origin);
        var keys = new KeyHistory([new(_signer.Key, null), new(next.Key, SampleSigner.Succession(_signer, next))]);

        Assert.True(Verify(_log.Bundle(next, keys: keys), _signer.Key, _log.Checkpoint(_signer, 10)).Holds);
        Assert.True(Verify(_log.Bundle(next, keys: keys), next.Key, _log.Checkpoint(_signer, 10)).Holds);
        Assert.Equal("key", Assert.Single(Verify(_log.Bundle(_signer, keys: keys), next.Key).Faults).Code);
    }

    [Fact]
    public void Chosen_records_are_proven_each_and_it_is_said_that_others_may_be_left_out()
    {
        var report = Verify(_log.Selection(_signer, 0, 7, 8, 30, 59));

        Assert.Empty(report.Faults);
        Assert.Equal(5, report.Records);
        Assert.Contains(report.Limits, limit => limit.Contains("chosen", StringComparison.Ordinal));
        Assert.False(
            Verify([_log.Selection(_signer, 7)[0], .. SampleLog.Of(60, seed: 5).Selection(_signer, 7).Skip(1)]).Holds
        );
        Assert.False(
            Verify([
                _log.Selection(_signer, 7, 8)[0],
                .. _log.Selection(_signer, 8).Skip(1).SkipLast(1),
                .. _log.Selection(_signer, 7).Skip(1).SkipLast(1),
                BundleRecord.EndLine(2),
            ]).Holds
        );
    }

    [Fact]
    public void S30_Erased_bodies_leave_every_proof_intact_and_are_spoken_of()
    {
        var log = SampleLog
            .Of(40)
            .Erase(entry => entry.Stream.StartsWith("rec/", StringComparison.Ordinal) && entry.Seq < 5)
            .Append("org/acme", "org.get");

        var report = Verify(log.Bundle(_signer), since: log.Checkpoint(_signer, 30));

        Assert.Empty(report.Faults);
        Assert.Equal(4, report.Erased);
        Assert.Contains(report.Limits, limit => limit.Contains("erased", StringComparison.Ordinal));
    }

    [Fact]
    public void S31_A_body_that_is_left_out_without_a_record_of_retention_is_found()
    {
        var log = SampleLog
            .Of(40)
            .Erase(entry => entry.Stream.StartsWith("rec/", StringComparison.Ordinal) && entry.Seq < 5);
        var entry = log
            .Entries.Select((e, index) => (Entry: e, Index: index))
            .First(e => e.Entry is { Stream: "rec/acme/n1", Seq: 6 });
        var lines = log.Bundle(_signer);
        byte[] Without(long by) =>
            new BundleRecord
            {
                Index = entry.Index,
                Hash = entry.Entry.Hash,
                Erased = new("rec/acme/n1", 6, by),
            }.ToLine();

        foreach (var by in new[] { 40L, 39L, 41L, 0L })
        {
            lines[1 + entry.Index] = Without(by);
            Assert.Contains(Verify(lines).Faults, fault => fault.Code == "erased");
        }
    }

    [Fact]
    public void S31_Chosen_records_that_were_erased_need_the_record_that_says_so()
    {
        var log = SampleLog
            .Of(40, streams: "rec/acme/n1")
            .Erase(entry => entry.Seq is 3 or 4)
            .Erase(entry => entry.Seq is 7);

        Assert.Empty(Verify(log.Selection(_signer, 2, 3, 6, 8, 40, 41)).Faults);
        Assert.Equal(["erased"], Verify(log.Selection(_signer, 2, 3, 6, 8, 41)).Faults.Select(fault => fault.Code));
        Assert.Equal(["erased"], Verify(log.Selection(_signer, 2, 6, 8, 40)).Faults.Select(fault => fault.Code));
    }

    [Fact]
    public void S31_An_event_is_never_erased()
    {
        var log = SampleLog.Of(40).Erase(entry => entry.Stream == "org/acme");

        Assert.Contains(Verify(log.Bundle(_signer)).Faults, fault => fault.Code == "erased");
    }

    [Theory]
    [InlineData("12345678901234567890")]
    [InlineData("-1")]
    [InlineData("")]
    public void S31_A_record_of_retention_that_counts_beyond_every_log_is_a_fault(string count)
    {
        var log = SampleLog.Of(40).Erase(entry => entry is { Stream: "rec/acme/n1", Seq: 1 });
        var details = $$"""{"count":"{{count}}","first":"0","through":"39","digest":""}""";
        var other = SampleLog.Of(40).Append("rec/acme/n2", RetentionNotice.Operation, details);
        var lines = log.Bundle(_signer);
        lines[^2] = other.Bundle(_signer)[^2];

        Assert.Contains(Verify(lines).Faults, fault => fault is { Code: "erased", Index: 40 });
    }

    [Theory]
    [InlineData(@"rec/acme/\q")]
    [InlineData(@"rec/acme/\ud800")]
    public void S31_A_stream_whose_name_is_no_text_is_a_fault(string stream)
    {
        var lines = SampleLog.Of(4).Append(stream, "app.get").Bundle(_signer);

        Assert.Contains(Verify(lines).Faults, fault => fault is { Code: "record", Index: 4 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("{\"palisade-audit-bundle\":2,\"org\":\"acme\"}")]
    public void What_is_no_bundle_is_said_to_be_none(string text)
    {
        var report = SampleLog.Verify(Encoding.UTF8.GetBytes(text), null, null);

        Assert.Equal("bundle", Assert.Single(report.Faults).Code);
        Assert.NotEmpty(report.Limits);
    }

    private void EveryRecord(Func<int, List<byte[]>> forge)
    {
        for (var i = 1; i <= _log.Size; i++)
        {
            Assert.False(Verify(forge(i)).Holds, $"record {i}");
        }
    }

    private static List<byte[]> Renumbered(List<byte[]> lines) =>
        [
            lines[0],
            .. lines[1..^1]
                .Select(
                    (line, i) =>
                    {
                        var text = Encoding.UTF8.GetString(line);
                        return Encoding.UTF8.GetBytes(
                            $"{{\"index\":{i}{text[text.IndexOf(',', StringComparison.Ordinal)..]}"
                        );
                    }
                ),
            BundleRecord.EndLine(lines.Count - 2),
        ];

    private VerificationReport Verify(List<byte[]> lines, SignedNote? since = null) =>
        Verify(lines, _signer.Key, since ?? _log.Checkpoint(_signer, 0));

    private static VerificationReport Verify(List<byte[]> lines, NoteKey? key, SignedNote? since = null) =>
        SampleLog.Verify(SampleLog.Join(lines), key, since);
}
