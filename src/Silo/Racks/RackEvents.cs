using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Grains;
using Palisade.Grains.Apps;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage.Logs;

namespace Palisade.Silo.Racks;

/// <summary>Keeps what racks see: process logs in the log store, drift as a job of the app.</summary>
internal sealed class RackEvents(
    AppLogs logs,
    ILogStore store,
    IServiceProvider services,
    IIdSource ids,
    TimeProvider time
) : IRackEvents
{
    public ValueTask LogAsync(
        AppRef app,
        string source,
        ImmutableArray<ProcessLogLine> lines,
        CancellationToken cancellationToken = default
    ) => logs.KeepAsync(app, source, lines, cancellationToken);

    public ValueTask LogAsync(RackRef rack, string text, CancellationToken cancellationToken = default) =>
        store.AppendAsync(RackLog.Of(rack), [RackLog.Line(time.GetUtcNow(), text)], cancellationToken);

    public Task<string?> LogCursorAsync(AppRef app, string source, CancellationToken cancellationToken = default) =>
        logs.CursorAsync(app, source, cancellationToken);

    public async Task<bool> DriftAsync(AppRef app, string reason, CancellationToken cancellationToken = default)
    {
        // Resolved late: grains need the providers, and the providers this.
        var grain = services.GetRequiredService<IGrainFactory>().GetGrain<IAppGrain>(app.ToString());
        var taken = await grain.ReportDriftAsync(Callers.System(app.Org, ids.Hex(6)), reason, cancellationToken);
        return taken.Ok || taken.Problem is not Conflict;
    }
}
