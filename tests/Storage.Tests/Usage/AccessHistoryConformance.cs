using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Storage.Usage;

namespace Palisade.Storage.Tests.Usage;

/// <summary>What was asked for in the past is read from the records and from the counts of reads.</summary>
public abstract class AccessHistoryConformance(IStoreHarness harness) : StoreTest(harness)
{
    private static readonly Principal Key = new(PrincipalKind.DeployKey, "key-1", "ci");

    [Fact]
    public async Task Identical_requests_are_one_use_the_most_frequent_first()
    {
        await RecordAsync(
            Entry(operation: "app.delete"),
            Entry(operation: "app.delete"),
            Entry(operation: "app.delete")
        );
        Clock.Advance(TimeSpan.FromHours(1));
        await RecordAsync(
            Entry(operation: "app.delete") with
            {
                Result = EntryResult.Denied,
            },
            Entry(operation: "app.delete", resource: "staging/api"),
            Entry(operation: "app.delete") with
            {
                Result = EntryResult.Failed,
            }
        );

        var uses = await ReadAsync();

        Assert.Equal(
            [("staging/web", true, 4), ("staging/api", true, 1), ("staging/web", false, 1)],
            uses.Select(use => (use.Resource, use.Allowed, use.Count))
                .OrderByDescending(use => use.Count)
                .ThenBy(use => use.Resource, StringComparer.Ordinal)
        );
        Assert.Equal(("app.delete", 4), (uses[0].Operation, uses[0].Count));
        Assert.Equal((PrincipalKind.User, "u1"), (uses[0].Principal.Kind, uses[0].Principal.Id));
        Assert.Equal(Clock.GetUtcNow(), uses[0].Last, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task A_read_on_record_was_counted_as_well_and_is_one()
    {
        // One of the two showed nothing, so that it is on no record.
        await RecordAsync(Entry(operation: "app.env.reveal") with { Caller = Ada with { Principal = Key } });
        Store.Usage.Count("acme", Key.ToString(), "app.env.reveal", "staging/web");
        Store.Usage.Count("acme", Key.ToString(), "app.env.reveal", "staging/web");
        Store.Usage.Count("acme", "User:u1", "app.get", new string('x', 300));
        Store.Usage.Count("acme", "Operator:root", "app.get", "staging/web");
        await Store.Usage.FlushAsync();

        var uses = await ReadAsync();

        Assert.Equal(2, uses.Count);
        Assert.Equal(
            (PrincipalKind.DeployKey, "key-1", "app.env.reveal", 2),
            (uses[0].Principal.Kind, uses[0].Principal.Id, uses[0].Operation, uses[0].Count)
        );
        Assert.Equal(new string('x', 300), uses[1].Resource);
    }

    [Fact]
    public async Task What_is_older_of_another_organization_or_of_no_role_is_left_out()
    {
        await RecordAsync(Entry(operation: "old"));
        Store.Usage.Count("acme", "User:u1", "old.read", "staging/web");
        await Store.Usage.FlushAsync();
        Clock.Advance(TimeSpan.FromDays(91));
        await RecordAsync(
            Entry(operation: "account.get") with
            {
                ResourceType = "None",
            },
            Entry(operation: "by.job") with
            {
                Caller = Ada with { Principal = new(PrincipalKind.System, "s", "s") },
            },
            Entry(operation: "new")
        );
        Store.Usage.Count("other", "User:u1", "read", "staging/web");
        await Store.Usage.FlushAsync();

        Assert.Equal("new", Assert.Single(await ReadAsync()).Operation);
    }

    [Fact]
    public async Task What_one_principal_asked_for_is_found_alone()
    {
        var namesake = Key with { Kind = PrincipalKind.User };
        await RecordAsync([
            .. new[] { Key, namesake, Ada.Principal }.Select(who =>
                Entry(operation: "app.delete") with
                {
                    Caller = Ada with { Principal = who },
                }
            ),
        ]);
        foreach (var who in (string[])[Key.ToString(), namesake.ToString(), "DeployKey:key-10", "User:u1"])
        {
            Store.Usage.Count("acme", who, "app.get", "staging/web");
        }

        await Store.Usage.FlushAsync();

        var uses = await Store.History.ReadAsync("acme", DateTimeOffset.UnixEpoch, Key);

        Assert.All(uses, use => Assert.Equal(Key with { Name = "" }, use.Principal));
        Assert.Equal([("app.delete", 1), ("app.get", 1)], uses.Select(use => (use.Operation, use.Count)).Order());
    }

    [Fact]
    public async Task Of_more_than_are_read_at_once_the_most_frequent_are_read()
    {
        const int Part = 40_000;
        for (var part = 0; part < 3; part++)
        {
            for (var i = 0; i < Part; i++)
            {
                Store.Usage.Count("acme", "User:u1", "app.get", $"staging/app{(part * Part) + i}");
            }

            // Some of each part twice.
            foreach (var i in (int[])[0, Part / 2, Part - 1])
            {
                Store.Usage.Count("acme", "User:u1", "app.get", $"staging/app{(part * Part) + i}");
            }

            await Store.Usage.FlushAsync();
        }

        var uses = await ReadAsync();

        Assert.Equal(IAccessHistory.MaxUses, uses.Count);
        Assert.Equal(uses.Count, uses.Select(use => use.Resource).Distinct().Count());
        Assert.Equal([.. Enumerable.Repeat(2L, 9), 1L], uses.Take(10).Select(use => use.Count));
        Assert.All(uses.Skip(9), use => Assert.Equal(1, use.Count));
    }

    private async Task RecordAsync(params EntryDraft[] entries) =>
        Assert.IsType<Appended>(await Store.Journal.AppendAsync(Append(Write("rec/acme/n", null, entries))));

    private async Task<IReadOnlyList<AccessUse>> ReadAsync() =>
        await Store.History.ReadAsync("acme", Clock.GetUtcNow() - TimeSpan.FromDays(90));
}
