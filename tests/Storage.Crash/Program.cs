using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Logs;
using Palisade.Storage.Sqlite;

// Writes to a store until it is killed, and says on its output what was acknowledged. Storage.Tests runs and kills it.
var run = args[1];
await using var store = await SqliteStore.OpenAsync(
    new() { DataDirectory = args[0], LogSegmentBytes = 64 << 10 },
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

async Task SealAsync()
{
    // A key for each run, as after a rotation: what is asked here is what is covered, not who signed it.
    using var signer = NoteSigner.Create((await store.Audit.OpenAsync("acme")).Origin);
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
