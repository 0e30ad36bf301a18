using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Web.Components.Audit;
using Palisade.Web.Tests.Console;

namespace Palisade.Web.Tests.Audit;

/// <summary>What the audit explorer says of a log, and of one that somebody changed under the product.</summary>
public sealed class AuditReaderTests : IAsyncLifetime
{
    private readonly ConsoleWorld _world = new();

    private AuditReader Reader => _world.Services.GetRequiredService<AuditReader>();

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        await using var log = KeptLog.Begin(_world, "acme");
        await log.IndexedAsync(StreamId.Org("acme"), StreamId.Audit("acme"));
    }

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task S31_Each_record_is_proven_against_a_checkpoint_that_the_logs_key_signed()
    {
        var found = (await Reader.FindAsync("acme", AuditLook.All, default)).Value;

        Assert.True(found.Status!.Holds);
        Assert.NotEmpty(found.Rows);
        Assert.True(SignedNote.TryParse(found.Status.Note, out var note));
        Assert.True(NoteKey.TryParse(found.Status.Verifier, out var key));
        Assert.True(note.IsSignedBy(key));
        foreach (var row in found.Rows)
        {
            Assert.True((await Reader.OneAsync("acme", row.Record.Index, default))!.Holds);
        }

        Assert.Null(await Reader.OneAsync("acme", found.Status.Size, default));
        Assert.Null(await Reader.OneAsync("acme", -1, default));
    }

    [Theory]
    [InlineData("UPDATE journal_body SET body = replace(body, 'ada', 'eve')", false, true, true)]
    [InlineData("UPDATE journal SET hash = prev_hash", false, false, true)]
    [InlineData("UPDATE leaf SET hash = zeroblob(32) WHERE idx <> 1", true, false, true)]
    [InlineData("UPDATE checkpoint SET note = replace(note, '— ', '— x')", true, true, false)]
    public async Task S31_A_record_that_was_changed_in_the_database_is_not_said_to_be_proven(
        string sql,
        bool whole,
        bool included,
        bool signed
    )
    {
        Change(sql);

        var found = (await Reader.FindAsync("acme", AuditLook.All, default)).Value;
        var first = await Reader.OneAsync("acme", 1, default);

        Assert.Equal((whole, included, signed), (first?.IsWhole, first?.IsIncluded, first?.Status.Holds));
        Assert.False(first!.Holds);
        Assert.Equal(signed, found.Status!.Holds);
    }

    [Theory]
    [InlineData("nokey:1", "there is no key")]
    [InlineData("actor:", "has no value")]
    public async Task What_can_not_be_read_is_refused_with_what_would_be_right(string text, string why)
    {
        var refused = await Reader.FindAsync("acme", AuditLook.All with { Text = text }, default);

        Assert.IsType<Invalid>(refused.Problem);
        Assert.Contains(why, refused.Problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_follow_each_other_and_counts_are_of_the_days()
    {
        var all = (await Reader.FindAsync("acme", AuditLook.All, default)).Value;
        var rest = (
            await Reader.FindAsync("acme", AuditLook.All with { Before = all.Rows[0].Record.Index }, default)
        ).Value;

        Assert.Equal(all.Rows.Skip(1).Select(r => r.Record.Index), rest.Rows.Select(r => r.Record.Index));
        Assert.Contains(all.Counts, c => c is { Facet: "result", Value: "ok", Count: > 0 });
        var none = (
            await Reader.FindAsync("acme", AuditLook.All with { First = "2020-01-01", Last = "2020-01-02" }, default)
        );
        Assert.Empty(none.Value.Rows);
        Assert.Empty(none.Value.Counts);
    }

    private void Change(string sql)
    {
        using var database = new SqliteConnection($"Data Source={_world.Database};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        foreach (var table in new[] { "journal", "journal_body", "leaf", "leaf_node", "checkpoint" })
        {
            command.CommandText = $"DROP TRIGGER {table}_no_update";
            command.ExecuteNonQuery();
        }

        command.CommandText = sql;
        Assert.InRange(command.ExecuteNonQuery(), 1, int.MaxValue);
    }
}
