using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Web.Hosting;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Api;

/// <summary>What is recorded of files that are copied into a process.</summary>
public sealed class FilesTests : IAsyncLifetime
{
    private const string Path = $"/apps/web/processes/{FakeRack.Process}/files";
    private const string Content = "canary";

    private readonly World _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task S19_files_that_are_copied_in_are_on_record_by_name_and_size_and_nothing_of_what_they_hold()
    {
        var deep = "/app/conf/" + string.Join('/', Enumerable.Repeat("deep", 60)) + "/end";
        string[] names =
        [
            "/app/conf/a\n9 /etc/passwd",
            deep,
            .. Enumerable.Range(0, 23).Select(i => $"/app/conf/n{i}"),
        ];
        var tar = await TarAsync(names);
        var opened = false;
        var write = _world.Rack.Writing;
        _world.Rack.Writing = (stream, cancellationToken) =>
        {
            opened = _world.Recorder.Records.Any(r => r.Operation == Operations.AppFilesPut);
            return write(stream, cancellationToken);
        };

        Assert.Equal(HttpStatusCode.OK, await SendAsync(new ByteArrayContent(tar)));

        Assert.True(opened);
        var begun = await _world.Recorder.FirstAsync(Operations.AppFilesPut, _ => true);
        Assert.Equal(("opened", FakeRack.Process), (begun.Details["stream"], begun.Details["process"]));
        var closed = await ClosedAsync();
        Assert.Equal(
            ("done", FakeRack.Process, $"{tar.Length}", "25", "/app/conf"),
            (closed["cause"], closed["process"], closed["bytes"], closed["entries"], closed["path"])
        );
        Assert.False(closed.ContainsKey("unreadable"));
        var files = closed["files"].Split('\n');
        Assert.Equal(20, files.Length);
        Assert.Equal(["6 /app/conf/a?9 /etc/passwd", $"6 {deep[..200]}…", "6 /app/conf/n0"], files[..3]);
        Assert.DoesNotContain(
            _world.Recorder.Records.SelectMany(r => r.Outcome.Details.Values),
            value => value.Contains(Content, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("/tmp/note", "/tmp/note")]
    [InlineData("/tmp/a/ /tmp/a/b /tmp/a/c/d", "/tmp/a")]
    [InlineData("/tmp/a /tmp/ab", "/tmp")]
    [InlineData("/tmp/a /etc/b", "/")]
    [InlineData("tmp/a tmp/b", "tmp")]
    public async Task The_path_is_where_all_that_is_copied_leads(string names, string path)
    {
        await SendAsync(new ByteArrayContent(await TarAsync(names.Split(' '))));

        Assert.Equal(path, (await ClosedAsync())["path"]);
    }

    [Fact]
    public async Task S08_files_on_their_way_in_and_out_are_streams_and_bounded_as_all_are()
    {
        var most = _world.Services.GetRequiredService<IOptions<WebOptions>>().Value.MaxSockets;
        var (arrived, all, hold) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        var write = _world.Rack.Writing;
        _world.Rack.Writing = async (stream, cancellationToken) =>
        {
            if (Interlocked.Increment(ref arrived) == most)
            {
                all.SetResult();
            }

            await hold.Task.WaitAsync(cancellationToken);
            return await write(stream, cancellationToken);
        };
        var tar = await TarAsync("/tmp/a");
        var open = Enumerable.Range(0, most).Select(_ => SendAsync(new ByteArrayContent(tar))).ToArray();
        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.TooManyRequests, await SendAsync(new ByteArrayContent(tar)));

        hold.SetResult();
        Assert.All(await Task.WhenAll(open), status => Assert.Equal(HttpStatusCode.OK, status));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await SendAsync(new ByteArrayContent(tar), limit.Token) != HttpStatusCode.OK)
        {
            // A place is free again soon after its answer.
        }
    }

    [Fact]
    public async Task Who_may_not_copy_files_in_sends_none_and_is_not_recorded_as_one_who_did()
    {
        _world.Gate.Denied[Operations.AppFilesPut] = true;
        _world.Rack.Writing = (_, _) => throw new InvalidOperationException("It was let through.");

        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(new ByteArrayContent(await TarAsync("/tmp/note"))));

        Assert.Empty(_world.Recorder.Records);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_is_recorded_with_what_came_of_it()
    {
        var tar = await TarAsync("/tmp/first", "/tmp/second", "/tmp/third");
        var part = new PartOf(tar, 512 * 3 + 3);
        var write = _world.Rack.Writing;
        _world.Rack.Writing = async (stream, cancellationToken) =>
        {
            await stream.ReadExactlyAsync(new byte[part.Length], cancellationToken);
            part.Arrive();
            return await write(stream, cancellationToken);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(part, part.Left));

        var closed = await ClosedAsync();
        Assert.Equal(
            ("client", "2", "/tmp", "6 /tmp/first\n6 /tmp/second"),
            (closed["cause"], closed["entries"], closed["path"], closed["files"])
        );
        Assert.Equal(($"{part.Length}", "after 2 entries"), (closed["bytes"], closed["unreadable"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_no_reader_makes_out_goes_by_and_is_recorded_as_that(bool afterAnEntry)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[150_000]);
        }

        var first = await TarAsync("/tmp/note");
        byte[] sent = [.. afterAnEntry ? first[..1024] : [], .. packed.ToArray()];
        Assert.Equal(HttpStatusCode.OK, await SendAsync(new ByteArrayContent(sent)));

        var (closed, entries) = (await ClosedAsync(), afterAnEntry ? 1 : 0);
        Assert.Equal(("done", $"{sent.Length}"), (closed["cause"], closed["bytes"]));
        Assert.Equal(($"{entries}", $"after {entries} entries"), (closed["entries"], closed["unreadable"]));
    }

    [Fact]
    public async Task What_follows_the_end_of_a_tar_holds_nothing_up()
    {
        byte[] sent = [.. await TarAsync("/tmp/note"), .. new byte[150_000]];

        Assert.Equal(HttpStatusCode.OK, await SendAsync(new ByteArrayContent(sent)));

        var closed = await ClosedAsync();
        Assert.Equal(("done", $"{sent.Length}", "1"), (closed["cause"], closed["bytes"], closed["entries"]));
    }

    [Fact]
    public async Task Files_that_the_rack_does_not_take_are_recorded_as_that()
    {
        _world.Rack.Writing = (_, _) =>
            Task.FromResult(Result.Fail<Done>(new Conflict("process.not_running", "it does not run")));

        Assert.Equal(HttpStatusCode.Conflict, await SendAsync(new ByteArrayContent(await TarAsync("/tmp/note"))));

        Assert.Equal("process.not_running", (await ClosedAsync())["cause"]);
    }

    [Fact]
    public async Task S08_files_beyond_the_bound_are_refused_also_when_no_length_was_said()
    {
        using var chunked = new StreamContent(new Unmeasured(new byte[200_001]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync(chunked));
        Assert.Equal("body.too_large", (await ClosedAsync())["cause"]);

        var records = _world.Recorder.Records.Count;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync(new ByteArrayContent(new byte[200_001])));
        Assert.Equal(records, _world.Recorder.Records.Count);
    }

    private static async Task<byte[]> TarAsync(params string[] names)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var name in names)
            {
                await writer.WriteEntryAsync(
                    name.EndsWith('/')
                        ? new UstarTarEntry(TarEntryType.Directory, name)
                        : Entry(name, new MemoryStream(Encoding.UTF8.GetBytes(Content)))
                );
            }
        }

        return tar.ToArray();
    }

    private static TarEntry Entry(string name, Stream data) =>
        name.Length <= 100
            ? new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data }
            : new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data };

    private async Task<HttpStatusCode> SendAsync(HttpContent content, CancellationToken cancellationToken = default)
    {
        using var client = _world.Client();

        // Who is refused by what the headers say has sent nothing more that could break off.
        client.DefaultRequestHeaders.ExpectContinue = true;
        using var answer = await client.PostAsync(new Uri(Path, UriKind.Relative), content, cancellationToken);
        return answer.StatusCode;
    }

    private async Task<IReadOnlyDictionary<string, string>> ClosedAsync()
    {
        var closed = await _world.Recorder.FirstAsync(Operations.StreamClose, _ => true);
        Assert.Equal(Operations.AppFilesPut.Name, closed.Details["operation"]);
        return closed.Details;
    }

    /// <summary>Sends the beginning, and nothing more until its sender leaves: when that has arrived.</summary>
    private sealed class PartOf(byte[] whole, int length) : HttpContent
    {
        private readonly CancellationTokenSource _left = new();

        public int Length => length;

        public CancellationToken Left => _left.Token;

        public void Arrive() => _left.Cancel();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            throw new NotSupportedException();

        protected override async Task SerializeToStreamAsync(
            Stream stream,
            TransportContext? context,
            CancellationToken cancellationToken
        )
        {
            await stream.WriteAsync(whole.AsMemory(0, length), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = whole.Length;
            return true;
        }
    }

    /// <summary>Of no length that its sender could say.</summary>
    private sealed class Unmeasured(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
