using System.Collections.Immutable;

namespace Palisade.Faults.Tests.History;

/// <summary>Forged histories: each lie is found, by its name, and what is true is let pass.</summary>
public sealed class HistoryCheckerTests
{
    private const string Register = "web";

    private static readonly Stored Three = Of("a", "b", "c");

    [Fact]
    public void What_is_true_holds()
    {
        Holds(
            Three,
            Acknowledged("a", 0, 10),
            Lost("b", 11),
            Refused("d", 11, 12),
            Acknowledged("c", 40, 50),
            Saw("", 0, 5),
            Saw("a", 5, 60),
            Saw("b", 30, 45),
            Saw("c", 41, 45)
        );
    }

    [Fact]
    public void A_lost_answer_may_be_of_something_that_was_never_done() =>
        Holds(Of("a"), Acknowledged("a", 0, 10), Lost("b", 11), Saw("a", 20, 30));

    [Fact]
    public void A_lost_write_is_found() =>
        Finds("lost write", Of("a", "b"), Acknowledged("a", 0, 1), Acknowledged("b", 2, 3), Acknowledged("c", 4, 5));

    [Fact]
    public void A_doubled_write_is_found_also_when_its_answer_was_lost()
    {
        Finds("doubled write", Of("a", "b", "a"), Acknowledged("a", 0, 1), Acknowledged("b", 2, 3));
        Finds("doubled write", Of("a", "a"), Lost("a", 0));
    }

    [Fact]
    public void A_refused_write_that_was_done_is_found() => Finds("refused write", Of("a"), Refused("a", 0, 1));

    [Fact]
    public void A_write_that_nobody_made_is_found() => Finds("unknown write", Of("a", "x"), Acknowledged("a", 0, 1));

    [Fact]
    public void A_read_of_what_is_not_there_is_found() =>
        Finds("phantom", Of("a"), Acknowledged("a", 0, 1), Saw("x", 2, 3));

    [Fact]
    public void A_read_that_is_older_than_an_acknowledged_write_is_found() =>
        Finds("stale", Of("a", "b"), Acknowledged("a", 0, 1), Acknowledged("b", 2, 10), Saw("a", 11, 12));

    [Fact]
    public void A_read_that_is_older_than_another_read_is_found() =>
        Finds("stale", Of("a", "b"), Acknowledged("a", 0, 1), Lost("b", 2), Saw("b", 3, 4), Saw("a", 5, 6));

    [Fact]
    public void A_read_of_what_was_not_yet_written_is_found() =>
        Finds("stale", Of("a", "b"), Acknowledged("a", 0, 1), Saw("b", 2, 3), Acknowledged("b", 4, 5));

    [Fact]
    public void Two_writes_in_the_wrong_order_are_found() =>
        Finds("stale", Of("b", "a"), Acknowledged("a", 0, 1), Acknowledged("b", 2, 3));

    [Fact]
    public void An_update_of_what_was_not_the_newest_is_found() =>
        Finds(
            "lost update",
            Of("a", "b", "c"),
            Acknowledged("a", 0, 1),
            Acknowledged("b", 2, 9) with
            {
                Parent = "a",
            },
            Acknowledged("c", 2, 9) with
            {
                Parent = "a",
            }
        );

    [Fact]
    public void A_credential_that_works_after_it_was_revoked_is_found()
    {
        Setting[] settings = [new("key", true, new(0, 1)), new("key", false, new(10, 20))];

        Holds(new(), [.. settings, Looked(true, 5, 15), Looked(true, 11, 19), Looked(false, 21, 22)]);
        Finds("late", new(), [.. settings, Looked(true, 21, 22)]);
        Finds("late", new(), [.. settings, Looked(false, 2, 3)]);
    }

    [Fact]
    public void A_right_is_what_it_was_last_set_to()
    {
        Setting[] settings =
        [
            new("key", false, new(0, 1)),
            new("key", true, new(10, 11)),
            new("key", false, new(20, 21)),
        ];

        Holds(new(), [.. settings, Looked(false, 5, 6), Looked(true, 15, 16), Looked(false, 10, 12)]);
        Finds("late", new(), [.. settings, Looked(true, 25, 26)]);
        Finds("late", new(), [.. settings, Looked(false, 12, 13)]);
    }

    [Theory]
    [InlineData(3, 1, 4, 4, 3, "gap")]
    [InlineData(3, 2, 4, 4, 3, "gap")]
    [InlineData(3, 1, 3, 4, 3, "gap")]
    [InlineData(3, 1, 3, 3, 2, "not sealed")]
    public void A_gap_is_found(long entries, long first, long last, long head, long leaves, string fault)
    {
        Holds(new() { Streams = [new("app/web", 3, 1, 3, 3, 3)] });
        Finds(fault, new() { Streams = [new("app/web", entries, first, last, head, leaves)] });
    }

    [Theory]
    [InlineData("queued", false, "not done")]
    [InlineData("running", false, "not done")]
    [InlineData("dead", false, "not done")]
    [InlineData("done", true, "forgotten")]
    public void A_job_that_is_not_done_is_found(string status, bool standing, string fault)
    {
        Holds(new() { Jobs = [new("1", "done", false), new("2", "running", true), new("3", "queued", true)] });
        Finds(fault, new() { Jobs = [new("1", status, standing)] });
    }

    [Theory]
    [InlineData(1, 0, 0, 0, "not made ready once")]
    [InlineData(1, 2, 0, 0, "not made ready once")]
    [InlineData(2, 1, 0, 0, "not made ready once")]
    [InlineData(1, 1, 1, 0, "not deleted once")]
    [InlineData(1, 1, 1, 2, "not deleted once")]
    [InlineData(1, 1, 2, 2, "not deleted once")]
    public void An_effect_that_is_missing_or_there_twice_is_found(
        int created,
        int ready,
        int asked,
        int deleted,
        string fault
    )
    {
        Holds(new() { Apps = [new("a", 1, 1, 0, 0), new("b", 1, 1, 1, 1), new("c", 1, 0, 1, 1)] });
        Finds(fault, new() { Apps = [new("a", created, ready, asked, deleted)] });
    }

    private static void Holds(Stored stored, params Act[] history) =>
        Assert.Empty(HistoryChecker.Faults(history, stored));

    private static void Finds(string fault, Stored stored, params Act[] history) =>
        Assert.Contains(
            HistoryChecker.Faults(history, stored),
            found => found.StartsWith(fault, StringComparison.Ordinal)
        );

    private static Stored Of(params string[] marks) =>
        new() { Registers = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add(Register, [.. marks]) };

    private static Write Acknowledged(string mark, long began, long ended) =>
        new(Register, mark, null, new(began, ended), Outcome.Acknowledged);

    private static Write Refused(string mark, long began, long ended) =>
        new(Register, mark, null, new(began, ended), Outcome.Refused);

    private static Write Lost(string mark, long began) =>
        new(Register, mark, null, new(began, long.MaxValue), Outcome.Lost);

    private static Read Saw(string mark, long began, long ended) => new(Register, mark, new(began, ended));

    private static Look Looked(bool held, long began, long ended) => new("key", held, 0, new(began, ended));
}
