using Npgsql;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>What the logins may do.</summary>
public sealed class PostgresRightsTests : StoreTest
{
    private readonly PostgresHarness _harness;

    public PostgresRightsTests()
        : this(new()) { }

    private PostgresRightsTests(PostgresHarness harness)
        : base(harness) => _harness = harness;

    private async Task<string?> StateOfAsync(string login, string sql)
    {
        try
        {
            await _harness.Server.RunAsync(_harness.Database, sql, login);
            return null;
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }

    [Theory]
    [InlineData("UPDATE journal SET actor = 'x'")]
    [InlineData("DELETE FROM journal")]
    [InlineData("TRUNCATE journal")]
    [InlineData("UPDATE journal_body SET body = 'x'")]
    [InlineData("DELETE FROM journal_body")]
    [InlineData("DELETE FROM stream")]
    [InlineData("INSERT INTO erased_body (stream, seq, by) VALUES ('rec/acme/n1', 1, 1)")]
    [InlineData("UPDATE leaf SET idx = 1")]
    [InlineData("DELETE FROM checkpoint")]
    [InlineData("ALTER TABLE journal DISABLE TRIGGER ALL")]
    [InlineData("SET ROLE owner")]
    public async Task S30_the_login_of_the_app_inserts_into_the_journal_and_can_do_nothing_else(string sql)
    {
        Assert.IsType<Appended>(await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null))));

        // insufficient_privilege
        Assert.Equal("42501", await StateOfAsync("app", sql));
        Assert.Null(await Store.Journal.VerifyAsync(new("rec/acme/n1")));
    }

    [Fact]
    public async Task S30_retention_erases_only_what_a_record_speaks_of_and_changes_nothing()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null), Write("app/acme/a/b", 0)));

        Assert.Equal("42501", await StateOfAsync("retention", "UPDATE journal_body SET body = 'x'"));
        Assert.Equal("42501", await StateOfAsync("retention", "DELETE FROM journal"));
        Assert.Equal("PA010", await StateOfAsync("retention", "DELETE FROM journal_body"));
        Assert.Equal(
            "PA010",
            await StateOfAsync("retention", "INSERT INTO erased_body (stream, seq, by) VALUES ('rec/acme/n1', 1, 0)")
        );
        Assert.Equal(2, await _harness.Server.RunAsync(_harness.Database, "SELECT count(*) FROM journal_body"));
    }

    [Fact]
    public async Task S30_not_even_the_owner_changes_an_entry_by_mistake()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n1", null)));

        Assert.Equal("PA010", await StateOfAsync("owner", "UPDATE journal SET actor = 'x'"));
        Assert.Equal("PA010", await StateOfAsync("owner", "DELETE FROM journal_body"));
        Assert.Equal("PA010", await StateOfAsync("owner", "TRUNCATE journal_body"));
    }
}
