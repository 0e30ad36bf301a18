using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>The journal as a node reaches it.</summary>
internal sealed class LinkedJournal(Link link, ModelDatabase database) : IJournal
{
    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken = default) =>
        link.CallAsync(() => database.Append(append));

    public Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken = default) =>
        link.CallAsync(() => database.FindAnswer(key));

    public async IAsyncEnumerable<StoredEntry> ReadAsync(
        StreamId stream,
        long afterSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        foreach (var entry in await link.CallAsync(() => database.Read(stream, afterSeq)))
        {
            yield return entry;
        }
    }

    public async ValueTask<ImmutableArray<StreamHead>> HeadsAsync(
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken = default
    ) => await link.CallAsync(() => streams.Select(database.Head).ToImmutableArray());

    public Task<StoredSnapshot?> ReadSnapshotAsync(
        StreamId stream,
        int schemaVersion,
        CancellationToken cancellationToken = default
    ) => Task.FromResult<StoredSnapshot?>(null);

    public Task SaveSnapshotAsync(
        StreamId stream,
        StoredSnapshot snapshot,
        CancellationToken cancellationToken = default
    ) => Task.CompletedTask;

    public Task<ChainFault?> VerifyAsync(StreamId stream, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<StoredEntry>> SearchAsync(
        EntryFilter filter,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();
}
