using Npgsql;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Tests.Postgres;

/// <summary>A guard and a write of its stream, each of which is in the middle when the other comes.</summary>
public sealed class PostgresGuardTests : StoreTest
{
    private readonly PostgresHarness _harness;

    public PostgresGuardTests()
        : this(new()) { }

    private PostgresGuardTests(PostgresHarness harness)
        : base(harness) => _harness = harness;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_write_waits_for_those_who_guard_its_stream(int head)
    {
        await MoveToAsync(head);
        await using var other = await _harness.BeginAsync($"SELECT hold_head('org/acme', {head})");

        var write = Store.Journal.AppendAsync(One("org/acme", head));
        await _harness.OneWaitsForALockAsync(write);
        await RunAsync(other, "COMMIT");

        Assert.IsType<Appended>(await write);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public async Task A_guard_waits_for_a_write_and_refuses_when_it_commits(int head, bool commits)
    {
        await MoveToAsync(head);
        var hash = head == 0 ? "''" : "(SELECT hash FROM stream WHERE id = 'org/acme')";
        await using var other = await _harness.BeginAsync(
            $"SELECT move_head('org/acme', 'acme', 'org', {head}, {hash}, {head + 1}, '\\x00')"
        );

        var guarded = Store.Journal.AppendAsync(One("app/acme/a/b", 0) with { Guards = [new(new("org/acme"), head)] });
        await _harness.OneWaitsForALockAsync(guarded);
        await RunAsync(other, commits ? "COMMIT" : "ROLLBACK");

        Assert.Equal(commits, await guarded is HeadMoved { Stream.Value: "org/acme" });
        Assert.Equal(commits ? 0 : 1, await HeadAsync("app/acme/a/b"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_momentary_guard_waits_for_nobody(int head)
    {
        await MoveToAsync(head);
        var hash = head == 0 ? "''" : "(SELECT hash FROM stream WHERE id = 'org/acme')";
        await using var other = await _harness.BeginAsync(
            $"SELECT move_head('org/acme', 'acme', 'org', {head}, {hash}, {head + 1}, '\\x00')"
        );

        var guarded = await Store.Journal.AppendAsync(
            One("app/acme/a/b", 0) with
            {
                Guards = [new(new("org/acme"), head) { IsMomentary = true }],
            }
        );

        Assert.IsType<Appended>(guarded);
        await RunAsync(other, "COMMIT");
    }

    private async Task MoveToAsync(int head)
    {
        for (var i = 0; i < head; i++)
        {
            Assert.IsType<Appended>(await Store.Journal.AppendAsync(One("org/acme", i)));
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
