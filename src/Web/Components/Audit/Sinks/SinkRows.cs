using System.Collections.Immutable;
using Palisade.Grains.Audit;
using Palisade.Web.Console.Audit;

namespace Palisade.Web.Components.Audit.Sinks;

/// <summary>Reads an organization's sinks for who may list them: they were asked for the operation before.</summary>
internal sealed class SinkRows(AuditFacts facts, SinkStatusReader status)
{
    /// <summary>By name.</summary>
    public async Task<ImmutableArray<SinkRow>> AllAsync(string org, CancellationToken cancellationToken)
    {
        var state = await facts.OfAsync(org, cancellationToken);
        var sinks = await status.OfAsync(org, state.Sinks.Values, cancellationToken);
        return
        [
            .. sinks
                .OrderBy(sink => sink.Name, StringComparer.OrdinalIgnoreCase)
                .Select(sink => new SinkRow(org, sink)),
        ];
    }

    /// <summary>Null: there is no such sink.</summary>
    public async Task<SinkRow?> OneAsync(string org, string id, CancellationToken cancellationToken)
    {
        var state = await facts.OfAsync(org, cancellationToken);
        return state.Sinks.TryGetValue(id, out var sink)
            ? new(org, (await status.OfAsync(org, [sink], cancellationToken))[0])
            : null;
    }
}
