using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Logs;
using Palisade.Storage.Sqlite;

// Writes to a store until it is killed, and says on its output what was acknowledged. Storage.Tests runs and kills it.
var run = args[1];
await using var store = await SqliteStore.OpenAsync(
    new()
    {
        DataDirectory = args[0],
        LogSegmentBytes = 64 << 10,
        Events = EventCatalog.From(typeof(IDomainEvent).Assembly),
    },
    TimeProvider.System,
    NullLoggerFactory.Instance
);
var output = Console.OpenStandardOutput();
var gate = new Lock();
void Say(string line)
{
    lock (gate)
    {
        output.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
    }
}

var entry = new EntryDraft
{
    Caller = new()
    {
        Principal = Principal.System,
        SignIn = "job",
        Ip = "127.0.0.1",
        Client = "crash",
        RequestId = "0123456789ab",
    },
    Operation = "app.env.set",
    ResourceType = "Application",
    Resource = "staging/web",
};

async Task AppendAsync(int writer)
{
    var random = new Random(writer);
    while (true)
    {
        var stream = new StreamId($"app/acme/crash/s{random.Next(3)}");
        var head = (await store.Journal.HeadsAsync([stream]))[0].Head;
        var pair = new StreamId($"rec/acme/w{writer}");
        var result = await store.Journal.AppendAsync(
            new()
            {
                Org = "acme",
                Writes = [new(stream, head, [entry]), new(pair, null, [entry, entry])],
                Views = [new("acme", "crash", $"w{writer}", $"{{\"head\":{head + 1}}}")],
            }
        );
        if (result is Appended appended)
        {
            Say($"entry {stream} {appended.Heads[0].Head}");
            Say($"entry {pair} {appended.Heads[1].Head}");
        }
    }
}

async Task LogAsync()
{
    for (var n = 0; ; n++)
    {
        await store.Logs.AppendAsync(
            "app/acme/crash/web",
            [
                new LogLine(TimeProvider.System.GetUtcNow(), "run/" + run, $"{n} {new string('x', n % 700)}")
                {
                    Cursor = $"{n}",
                },
            ]
        );
        if (n % 10 == 9)
        {
            await store.Logs.FlushAsync("app/acme/crash/web");
            Say($"log {n}");
        }
    }
}

async Task ObjectAsync()
{
    for (var n = 0; ; n++)
    {
        var key = $"o/{n % 5}";
        await store.Objects.PutAsync("acme", key, new MemoryStream(new byte[n * 1000 % 50_000]), 1 << 20);
        Say($"object {key}");
    }
}

async Task<NoteSigner> SignerAsync()
{
    var (file, log) = (args[0] + ".signing", await store.Audit.OpenAsync("acme"));
    if (!File.Exists(file))
    {
        using var made = NoteSigner.Create(log.Origin);
        File.WriteAllBytes(file + ".new", made.Export().Reveal());
        File.Move(file + ".new", file);
    }

    var signer = NoteSigner.Import(log.Origin, File.ReadAllBytes(file));
    // Refused when an earlier run recorded it.
    var added = entry with
    {
        Event = new SigningKeyAdded($"{signer.Key}", null, DateTimeOffset.UnixEpoch),
    };
    await store.Journal.AppendAsync(new() { Org = "acme", Writes = [new(StreamId.Audit("acme"), 0, [added])] });
    return signer;
}

async Task SealAsync()
{
    using var signer = await SignerAsync();
    while (true)
    {
        var sealing = await store.Audit.SealAsync("acme", signer);
        if (sealing.Count > 0)
        {
            var published = (await store.Audit.CheckpointAsync("acme"))!;
            Say($"checkpoint {published.Size} {Convert.ToHexStringLower(published.Checkpoint.Root.Span)}");
        }
        else
        {
            await Task.Yield();
        }
    }
}

await Task.WhenAll([
    .. ImmutableArray.Create(0, 1, 2, 3, 4, 5, 6, 7).Select(AppendAsync),
    LogAsync(),
    ObjectAsync(),
    SealAsync(),
]);
