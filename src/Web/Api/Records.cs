using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Domain.Releases;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Views;

namespace Palisade.Web.Api;

/// <summary>Typed reading of view rows: what lists show, and what ids of clients are resolved through (S18).</summary>
internal sealed class Records(IViews views, IJournal journal)
{
    /// <summary>Builds and releases that a client can ask for at most.</summary>
    public const int MaxListed = 1_000;

    /// <summary>Only racks that exist: as many as there are.</summary>
    private readonly ConcurrentDictionary<RackRef, (long Head, RackState State)> _racks = new();

    /// <summary>
    /// Nearly every request asks for its rack: the row is read again only when the rack's stream has moved.
    /// </summary>
    public async ValueTask<RackState?> RackAsync(RackRef rack, ProvenHeads? proven, CancellationToken cancellationToken)
    {
        // INVARIANT: the head is taken before the row is read, so that a kept row is at least as new as the head it is
        // kept under.
        var stream = StreamId.Rack(rack);
        var head = proven?.Of(stream.Value) ?? (await journal.HeadsAsync([stream], cancellationToken))[0].Head;
        if (_racks.TryGetValue(rack, out var known) && known.Head == head)
        {
            return known.State;
        }

        var state = await GetAsync<RackState>(rack.Org, ViewKinds.Rack, rack.Rack, cancellationToken);
        if (state is not null)
        {
            _racks[rack] = (head, state);
        }

        return state;
    }

    public Task<AppView?> AppAsync(AppRef app, CancellationToken cancellationToken) =>
        GetAsync<AppView>(app.Org, ViewKinds.App, $"{app.Rack.Rack}/{app.App}", cancellationToken);

    /// <summary>Null also for what has not the form of a build id.</summary>
    public async Task<BuildState?> BuildAsync(AppRef app, string id, CancellationToken cancellationToken) =>
        Ids.IsBuild(id) ? await GetAsync<BuildState>(app.Org, ViewKinds.Build, Key(app, id), cancellationToken) : null;

    /// <summary>The build when it is over; null when it is gone.</summary>
    /// <param name="build">Which.</param>
    /// <param name="changes">Of its stream, since before it began.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<BuildState?> EndOfBuildAsync(
        BuildRef build,
        ChangeSignal changes,
        CancellationToken cancellationToken
    )
    {
        BuildState? state;
        while ((state = await BuildAsync(build.App, build.Id, cancellationToken)) is { Status: BuildStatus.Running })
        {
            await changes.NextAsync();
        }

        return state;
    }

    /// <summary>Null also for what has not the form of a release id.</summary>
    public async Task<ReleaseView?> ReleaseAsync(AppRef app, string id, CancellationToken cancellationToken) =>
        Ids.IsRelease(id)
            ? await GetAsync<ReleaseView>(app.Org, ViewKinds.Release, Key(app, id), cancellationToken)
            : null;

    /// <summary>All of them, by name.</summary>
    public Task<ImmutableArray<RackState>> RacksAsync(string org, CancellationToken cancellationToken) =>
        AllAsync<RackState>(new(org, ViewKinds.Rack, ""), cancellationToken);

    /// <summary>All of them, by name.</summary>
    public async Task<ImmutableArray<AppView>> AppsAsync(RackRef rack, CancellationToken cancellationToken) =>
        (await AllAsync<AppView>(new(rack.Org, ViewKinds.App, $"{rack.Rack}/"), cancellationToken)).Sort(
            static (a, b) => string.CompareOrdinal(a.Name, b.Name)
        );

    /// <summary>Newest first.</summary>
    public Task<ImmutableArray<BuildState>> BuildsAsync(AppRef app, int limit, CancellationToken cancellationToken) =>
        ListAsync<BuildState>(
            new(app.Org, ViewKinds.Build, Key(app, "")) { Limit = limit, Descending = true },
            cancellationToken
        );

    /// <summary>Newest first.</summary>
    public Task<ImmutableArray<ReleaseView>> ReleasesAsync(
        AppRef app,
        int limit,
        CancellationToken cancellationToken
    ) =>
        ListAsync<ReleaseView>(
            new(app.Org, ViewKinds.Release, Key(app, "")) { Limit = limit, Descending = true },
            cancellationToken
        );

    private static string Key(AppRef app, string id) => $"{app.Rack.Rack}/{app.App}/{id}";

    private async Task<T?> GetAsync<T>(string org, string kind, string key, CancellationToken cancellationToken)
        where T : class =>
        await views.GetAsync(org, kind, key, cancellationToken) is { } row ? ViewJson.Read<T>(row) : null;

    private async Task<ImmutableArray<T>> AllAsync<T>(ViewQuery query, CancellationToken cancellationToken) =>
        [
            .. await views
                .AllAsync(query, cancellationToken)
                .Select(row => ViewJson.Read<T>(row.Json))
                .ToListAsync(cancellationToken),
        ];

    private async Task<ImmutableArray<T>> ListAsync<T>(ViewQuery query, CancellationToken cancellationToken) =>
        [.. (await views.ListAsync(query, cancellationToken)).Select(row => ViewJson.Read<T>(row.Json))];
}
