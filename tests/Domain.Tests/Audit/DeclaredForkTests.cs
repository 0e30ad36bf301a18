using System.Text;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

/// <summary>
/// A restored backup goes on in another way than the log went before, and says so in it: the verifier tells such a fork
/// from one that nobody declared, and vouches across neither.
/// </summary>
public sealed class DeclaredForkTests : IDisposable
{
    private readonly SampleSigner _signer = new(SampleLog.Origin);

    /// <summary>What was before: the backup knew the first 40 of it under a checkpoint, and 45 in all.</summary>
    private readonly SampleLog _before = SampleLog.Of(60);

    private readonly SampleLog _log = Continued(SampleLog.Of(45).Restore(40), 30);

    public void Dispose() => _signer.Dispose();

    [Theory]
    [InlineData(46)]
    [InlineData(60)]
    public void S06_S31_A_checkpoint_of_what_was_given_up_meets_the_declared_fork(long size)
    {
        var fault = Assert.Single(Verify(_log.Bundle(_signer), _before.Checkpoint(_signer, size)).Faults);

        Assert.Equal(("fork", 45), (fault.Code, fault.Index));
        Assert.Contains("declared fork at record 45", fault.Why, StringComparison.Ordinal);
        Assert.Contains("2026-11-26 05:00:00 UTC root restored the backup b1", fault.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void S06_S31_So_does_one_of_more_records_than_there_are_now()
    {
        var fault = Assert.Single(
            Verify(SampleLog.Of(45).Restore(40).Bundle(_signer), _before.Checkpoint(_signer)).Faults
        );

        Assert.Equal("fork", fault.Code);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(45)]
    [InlineData(46)]
    [InlineData(76)]
    public void What_both_histories_share_and_what_came_after_is_vouched_for(long size)
    {
        var report = Verify(_log.Bundle(_signer), _log.Checkpoint(_signer, size));

        Assert.Empty(report.Faults);
        Assert.Contains(report.Limits, limit => limit.Contains("declared fork at record 45", StringComparison.Ordinal));
        Assert.Contains(
            report.Limits,
            limit => limit.Contains($"speaks for the first {size} records", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void S31_A_declared_fork_explains_no_change_of_what_was_before_it()
    {
        var changed = Continued(SampleLog.Of(45, seed: 9).Restore(40), 30);

        var fault = Assert.Single(Verify(changed.Bundle(_signer), _before.Checkpoint(_signer, 30)).Faults);

        Assert.Equal("since", fault.Code);
        Assert.Contains("no record here declares", fault.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void S31_A_fork_that_is_declared_by_another_kind_of_record_is_none()
    {
        var pretended = SampleLog.Of(45).Append("rec/acme/n1", DeclaredFork.Operation, "{}");
        var unreadable = SampleLog.Of(45).Append("rec/acme/restore-b1", DeclaredFork.Operation, "{}");
        var later = SampleLog.Of(45).Restore(covered: 50);
        var endless = SampleLog.Of(45).Declare("rec/acme/restore-b1", covered: "12345678901234567890");
        var named = SampleLog.Of(45).Declare("app/acme/staging/restore-b1", covered: "40");
        var foreign = SampleLog.Of(45).Declare("rec/other/restore-b1", covered: "40");
        var installation = SampleLog.Of(45).Declare("install/restore-b1", covered: "40");

        foreach (var log in new[] { pretended, unreadable, later, endless, named, foreign, installation })
        {
            var report = Verify(Continued(log, 30).Bundle(_signer), _before.Checkpoint(_signer));
            Assert.Equal("since", Assert.Single(report.Faults).Code);
        }
    }

    [Fact]
    public void S31_A_declaration_that_was_changed_declares_nothing()
    {
        var lines = _log.Bundle(_signer);
        lines[46] = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(lines[46]).Replace("\"root\"", "\"toor\"", StringComparison.Ordinal)
        );

        var report = Verify(lines, _before.Checkpoint(_signer));

        Assert.Contains(report.Faults, fault => fault.Code == "record");
        Assert.DoesNotContain(report.Faults, fault => fault.Code == "fork");
    }

    [Fact]
    public void S31_A_declaration_that_is_not_in_the_log_declares_nothing()
    {
        var others = _log.Bundle(_signer);
        others[0] = _before.Bundle(_signer)[0];
        var chosen = _log.Selection(_signer, 45);
        chosen[0] = Continued(SampleLog.Of(45), 31).Selection(_signer, 45)[0];

        foreach (var lines in new[] { others, chosen })
        {
            var report = Verify(lines, _before.Checkpoint(_signer, 50));
            Assert.Contains(report.Faults, fault => fault.Code == "log");
            Assert.DoesNotContain(report.Faults, fault => fault.Code == "fork");
            Assert.DoesNotContain(report.Limits, limit => limit.Contains("declared fork", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void S31_What_a_declaration_says_moves_no_terminal_and_has_an_end()
    {
        var escape = $@"\u001b[2J\u009b1A\r{new string('x', 5000)}";
        var log = Continued(SampleLog.Of(45).Declare("rec/acme/restore-b1", "40", backup: escape, by: escape), 30);

        var kept = Verify(log.Bundle(_signer), _before.Checkpoint(_signer));
        var own = Verify(log.Bundle(_signer), log.Checkpoint(_signer));

        var told = new[] { Assert.Single(kept.Faults).Why }.Concat(own.Limits).ToList();
        Assert.Equal(2, told.Count(text => text.Contains("declared fork at record 45", StringComparison.Ordinal)));
        Assert.All(told, text => Assert.False(text.Any(char.IsControl) || text.Length > 1000, text));
    }

    [Fact]
    public void A_proof_that_leads_elsewhere_meets_it_too()
    {
        var since = _before.Checkpoint(_signer, 48);

        var fault = Assert.Single(Verify(_log.Bundle(_signer, from: 49, since: 48), since).Faults);
        Assert.Equal("since", fault.Code);
        Assert.Equal(
            "fork",
            Assert.Single(Verify(_log.Restore(30, "b2").Bundle(_signer, 49, since: 48), since).Faults).Code
        );
    }

    private static SampleLog Continued(SampleLog log, int records)
    {
        for (var i = 0; i < records; i++)
        {
            log.Append("rec/acme/n1", $"other.{i}");
        }

        return log;
    }

    private VerificationReport Verify(List<byte[]> lines, SignedNote since)
    {
        var verifier = new BundleVerifier(_signer.Key, since);
        lines.ForEach(line => verifier.Add(line));
        return verifier.End();
    }
}
