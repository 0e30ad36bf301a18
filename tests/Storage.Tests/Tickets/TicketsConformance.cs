using Palisade.Storage.Tickets;

namespace Palisade.Storage.Tests.Tickets;

public abstract class TicketsConformance(IStoreHarness harness) : StoreTest(harness)
{
    private Ticket Sample(string hash, string kind = "cli") =>
        new()
        {
            Hash = hash,
            Kind = kind,
            Id = "id-" + hash,
            Subject = "u1",
            Org = "acme",
            Name = "laptop",
            Created = Clock.GetUtcNow(),
            Expires = Clock.GetUtcNow().AddDays(30),
            Cidrs = ["10.0.0.0/8", "::1/128"],
            Data = "{\"a\":1}",
        };

    private Task WriteAsync(params TicketWrite[] writes) =>
        Store.Journal.AppendAsync(new() { Org = "acme", Tickets = [.. writes] });

    [Fact]
    public async Task A_ticket_is_found_as_it_was_put_also_when_expired()
    {
        var ticket = Sample("h1");
        await WriteAsync(new TicketWrite.Put(ticket));
        Clock.Advance(TimeSpan.FromDays(31));

        var found = (await Store.Tickets.FindAsync("h1"))!;

        Assert.Equal(ticket.Cidrs.ToArray(), found.Cidrs.ToArray());
        Assert.Equal(ticket, found with { Cidrs = ticket.Cidrs });
        Assert.Null(await Store.Tickets.FindAsync("h2"));
    }

    [Fact]
    public async Task Tickets_are_listed_revoked_and_deleted_by_subject_and_kind()
    {
        await WriteAsync(
            new TicketWrite.Put(Sample("a")),
            new TicketWrite.Put(Sample("b", "session")),
            new TicketWrite.Put(Sample("c") with { Subject = "u2" })
        );

        await WriteAsync(new TicketWrite.RevokeAll("u1", "session"));
        Assert.Null((await Store.Tickets.FindAsync("a"))!.Revoked);
        Assert.Equal(Clock.GetUtcNow(), (await Store.Tickets.FindAsync("b"))!.Revoked);
        await WriteAsync(new TicketWrite.RevokeAll("u1", null));
        Assert.NotNull((await Store.Tickets.FindAsync("a"))!.Revoked);
        Assert.Null((await Store.Tickets.FindAsync("c"))!.Revoked);

        Assert.Equal(["a", "b"], (await Store.Tickets.ListAsync("u1")).Select(ticket => ticket.Hash));
        Assert.Equal(["b"], (await Store.Tickets.ListAsync("u1", "session")).Select(ticket => ticket.Hash));
        await WriteAsync(new TicketWrite.Delete("a"));
        Assert.Null(await Store.Tickets.FindAsync("a"));
    }

    [Fact]
    public async Task All_but_one_are_revoked_and_what_is_revoked_stays_so_when_it_is_put_again()
    {
        await WriteAsync(new TicketWrite.Put(Sample("a")), new TicketWrite.Put(Sample("b")));
        var before = (await Store.Tickets.FindAsync("b"))!;

        await WriteAsync(new TicketWrite.RevokeAll("u1", "cli", "id-a"));
        await WriteAsync(new TicketWrite.Put(before with { Name = "renamed" }));

        Assert.Null((await Store.Tickets.FindAsync("a"))!.Revoked);
        var after = (await Store.Tickets.FindAsync("b"))!;
        Assert.Equal(("renamed", Clock.GetUtcNow()), (after.Name, after.Revoked));
    }

    [Fact]
    public async Task The_character_zero_is_refused_before_anything_is_written()
    {
        TicketWrite[] refused =
        [
            new TicketWrite.Put(Sample("a") with { Name = "lap\0top" }),
            new TicketWrite.Put(Sample("a") with { Data = "{\"a\":\"\0\"}" }),
            new TicketWrite.Delete("\0"),
            new TicketWrite.DeleteAll("u\0"),
            new TicketWrite.RevokeAll("u1", "c\0li"),
        ];

        foreach (var write in refused)
        {
            var fault = await Assert.ThrowsAsync<ArgumentException>(() =>
                WriteAsync(new TicketWrite.Put(Sample("b")), write)
            );
            Assert.Contains("U+0000", fault.Message, StringComparison.Ordinal);
        }

        Assert.Null(await Store.Tickets.FindAsync("b"));
    }

    [Fact]
    public async Task Uses_are_seen_at_once_and_outlive_a_restart()
    {
        await WriteAsync(new TicketWrite.Put(Sample("a")));
        Clock.Advance(TimeSpan.FromSeconds(5));

        Store.Tickets.Touch("a", "10.1.2.3", "cli");

        Assert.Equal("10.1.2.3", (await Store.Tickets.FindAsync("a"))!.LastIp);
        await ReopenAsync();
        var found = (await Store.Tickets.FindAsync("a"))!;
        Assert.Equal((Clock.GetUtcNow(), "10.1.2.3"), (found.LastUsed, found.LastIp));
        await WriteAsync(new TicketWrite.Put(Sample("a")));
        Assert.Equal("10.1.2.3", (await Store.Tickets.FindAsync("a"))!.LastIp);
    }

    [Fact]
    public async Task Sweeping_deletes_what_expired_long_enough_ago()
    {
        await WriteAsync(
            new TicketWrite.Put(Sample("a")),
            new TicketWrite.Put(Sample("b") with { Expires = Clock.GetUtcNow().AddDays(60) })
        );
        Clock.Advance(TimeSpan.FromDays(35));

        Assert.Equal(0, await Store.Tickets.SweepAsync(TimeSpan.FromDays(7)));
        Assert.Equal(1, await Store.Tickets.SweepAsync(TimeSpan.FromDays(1)));
        Assert.NotNull(await Store.Tickets.FindAsync("b"));
    }
}
