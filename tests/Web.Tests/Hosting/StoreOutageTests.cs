using Microsoft.Data.Sqlite;
using Npgsql;
using Palisade.Web.Hosting;
using Serilog.Events;
using Serilog.Parsing;

namespace Palisade.Web.Tests.Hosting;

public sealed class StoreOutageTests
{
    private readonly StoreOutage _outage = new(TimeProvider.System);

    public static TheoryData<Exception> Away =>
        [
            new NpgsqlException("Failed to connect to 127.0.0.1:5432"),
            new PostgresException("the database system is starting up", "FATAL", "FATAL", "57P03"),
            new PostgresException("sorry, too many clients already", "FATAL", "FATAL", "53300"),
            new InvalidOperationException("a grain could not be activated", new SqliteException("disk is full", 13)),
        ];

    public static TheoryData<Exception?> Else =>
        [
            null,
            new InvalidOperationException("a bug"),
            new PostgresException("no such table", "ERROR", "ERROR", "42P01"),
            new PostgresException("deadlock detected", "ERROR", "ERROR", "40P01"),
            new SqliteException("database disk image is malformed", 11),
        ];

    [Theory]
    [MemberData(nameof(Away))]
    public async Task Lines_about_a_database_that_is_away_are_counted_and_the_first_says_why(Exception fault)
    {
        Assert.False(_outage.IsEnabled(Line(fault)));
        Assert.False(_outage.IsEnabled(Line(fault)));

        Assert.Equal((fault.InnerException ?? fault).Message, await _outage.BeganAsync(CancellationToken.None));
        Assert.Equal(2, _outage.TryEnd(TimeProvider.System.GetTimestamp())!.Value.Held);
    }

    [Theory]
    [MemberData(nameof(Else))]
    public void Every_other_line_is_written(Exception? fault) => Assert.True(_outage.IsEnabled(Line(fault)));

    [Fact]
    public async Task It_does_not_end_while_somebody_complains_and_the_next_one_is_said_again()
    {
        _outage.IsEnabled(Line(new NpgsqlException("one")));
        await _outage.BeganAsync(CancellationToken.None);
        var answered = TimeProvider.System.GetTimestamp();
        _outage.IsEnabled(Line(new NpgsqlException("two")));

        Assert.Null(_outage.TryEnd(answered));
        Assert.Equal(2, _outage.TryEnd(TimeProvider.System.GetTimestamp())!.Value.Held);
        _outage.IsEnabled(Line(new NpgsqlException("three")));
        Assert.Equal("three", await _outage.BeganAsync(CancellationToken.None));
    }

    private static LogEvent Line(Exception? fault) =>
        new(DateTimeOffset.UnixEpoch, LogEventLevel.Error, fault, new MessageTemplateParser().Parse("it broke"), []);
}
