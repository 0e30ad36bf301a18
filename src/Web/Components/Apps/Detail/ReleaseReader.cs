using System.Collections.Immutable;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Access;
using Palisade.Storage.Views;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>Reads an app's releases, and what differs between two. What may not be seen is left out.</summary>
internal sealed class ReleaseReader(Records records, IViews views, IGate gate, MissingRights missing, Bylines bylines)
{
    private static readonly Operation[] ForPromote = [Operations.ReleasePromote];
    private static readonly Operation[] ForRollback = [Operations.ReleaseRollback];

    /// <summary>Newest first; null when they may not be seen.</summary>
    public async Task<ImmutableArray<ReleaseRow>?> ListAsync(
        Caller caller,
        AppSummary app,
        int count,
        CancellationToken cancellationToken
    )
    {
        if (!await gate.AllowsAsync(caller, Operations.ReleaseList, Resource.Of(app.Ref), cancellationToken))
        {
            return null;
        }

        var releases = await records.ReleasesAsync(app.Ref, count, cancellationToken);
        var builds = (await records.BuildsAsync(app.Ref, Records.MaxListed, cancellationToken)).ToDictionary(
            b => b.Id,
            StringComparer.Ordinal
        );
        var rows = ImmutableArray.CreateBuilder<ReleaseRow>(releases.Length);
        foreach (var release in releases)
        {
            rows.Add(
                new ReleaseRow(
                    release with
                    {
                        By = await bylines.OfAsync(release.By, cancellationToken),
                    },
                    builds.GetValueOrDefault(release.Build),
                    Condition(app.Row.App, release.Id),
                    app.Row.App.Proven.Contains(release.Id)
                )
            );
        }

        return rows.MoveToImmutable();
    }

    /// <summary>
    /// What promoting a release, or going back to it, would do; null when there is none of that id that the reader may
    /// see.
    /// </summary>
    public async Task<ReleasePlan?> PlanAsync(
        Caller caller,
        AppSummary app,
        string release,
        bool rollback,
        CancellationToken cancellationToken
    )
    {
        var from = app.Row.App.Release;
        return await FindAsync(caller, app, release, cancellationToken) is { } found
            ? new ReleasePlan(
                app.Ref,
                from,
                found,
                rollback,
                await DiffAsync(caller, app, from, release, cancellationToken),
                await missing.OfAsync(caller, app.Ref, rollback ? ForRollback : ForPromote, cancellationToken)
            )
            : null;
    }

    /// <summary>Null when one of them is not there or the reader may not see it.</summary>
    public async Task<ReleaseDiff?> DiffAsync(
        Caller caller,
        AppSummary app,
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        if (
            await FindAsync(caller, app, from, cancellationToken) is not { } a
            || await FindAsync(caller, app, to, cancellationToken) is not { } b
        )
        {
            return null;
        }

        var (old, now) = (await KeysAsync(app, a, cancellationToken), await KeysAsync(app, b, cancellationToken));
        return new ReleaseDiff
        {
            From = a,
            To = b,
            Manifest = Lines(
                await records.BuildAsync(app.Ref, a.Build, cancellationToken),
                await records.BuildAsync(app.Ref, b.Build, cancellationToken)
            ),
            Added = [.. now.Keys.Except(old.Keys, StringComparer.Ordinal)],
            Removed = [.. old.Keys.Except(now.Keys, StringComparer.Ordinal)],
            Changed = [.. now.Where(p => old.TryGetValue(p.Key, out var was) && was != p.Value).Select(p => p.Key)],
        };
    }

    /// <summary>Names of a release's variables, each with the fingerprint of its value.</summary>
    public async Task<ImmutableSortedDictionary<string, string>> KeysAsync(
        AppSummary app,
        ReleaseView release,
        CancellationToken cancellationToken
    ) =>
        release.EnvironmentVersion > 0
        && await views.GetAsync(
            app.Ref.Rack.Org,
            ViewKinds.Environment,
            AppProjection.EnvironmentKey(app.Ref, app.Row.App.Id, release.EnvironmentVersion),
            cancellationToken
        )
            is { } row
            ? ViewJson.Read<EnvironmentView>(row).Keys
            : ImmutableSortedDictionary<string, string>.Empty;

    private async Task<ReleaseView?> FindAsync(
        Caller caller,
        AppSummary app,
        string id,
        CancellationToken cancellationToken
    ) =>
        await gate.AllowsAsync(caller, Operations.ReleaseGet, Resource.Of(app.Ref), cancellationToken)
            ? await records.ReleaseAsync(app.Ref, id, cancellationToken)
            : null;

    private static AppCondition? Condition(AppView app, string id) =>
        app.Rollout is { Failed: false } rollout && rollout.Target.Release == id ? new(Tone.Busy, "Promoting")
        : app.Rollout is { Failed: true } failed && failed.Target.Release == id ? new(Tone.Bad, "Failed, being undone")
        : app.Release == id ? new(Tone.Good, "Active")
        : null;

    private static ImmutableArray<DiffLine> Lines(BuildState? from, BuildState? to)
    {
        if (from is null || to is null || from.Manifest == to.Manifest)
        {
            return [];
        }

        const int Around = 3;
        var all = InlineDiffBuilder.Diff(from.Manifest, to.Manifest).Lines;
        var near = new bool[all.Count];
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Type != ChangeType.Unchanged)
            {
                Array.Fill(
                    near,
                    true,
                    Math.Max(0, i - Around),
                    Math.Min(all.Count, i + Around + 1) - Math.Max(0, i - Around)
                );
            }
        }

        return
        [
            .. all.Where((_, i) => near[i])
                .Select(line => new DiffLine(
                    line.Type switch
                    {
                        ChangeType.Inserted => '+',
                        ChangeType.Deleted => '−',
                        _ => ' ',
                    },
                    line.Text
                )),
        ];
    }
}
