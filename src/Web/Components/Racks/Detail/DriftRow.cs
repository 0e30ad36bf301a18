using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Racks;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>What one service should run beside what it does.</summary>
/// <param name="App">Whose.</param>
/// <param name="Service">"" where there is none.</param>
/// <param name="Wanted">For a person.</param>
/// <param name="Seen">For a person.</param>
/// <param name="Condition">How the two differ.</param>
public sealed record DriftRow(AppRef App, string Service, string Wanted, string Seen, AppCondition Condition)
{
    public bool Differs => Condition.Tone is not Tone.Good;

    /// <param name="app">Whose.</param>
    /// <param name="services">As the release that runs wants them; none when nothing is promoted.</param>
    /// <param name="runs">What the rack has of the app, without one-off processes.</param>
    public static IEnumerable<DriftRow> Of(
        AppView app,
        ImmutableArray<DesiredService> services,
        ImmutableArray<ObservedProcess> runs
    )
    {
        ArgumentNullException.ThrowIfNull(app);
        var there = runs.Where(IsThere).ToLookup(p => p.Service, StringComparer.Ordinal);
        var unwanted = there.Where(g => services.All(s => s.Name != g.Key));
        return services
            .Select(s => Of(app, s, [.. there[s.Name]]))
            .Concat(
                unwanted.Select(g => new DriftRow(
                    app.Ref,
                    g.Key,
                    "nothing",
                    Sentence.Counted(g.Count(), "process"),
                    Changing(app) ?? new(Tone.Warn, "Too many")
                ))
            );
    }

    public static DriftRow Unknown(AppView app, Problem problem)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(problem);
        return new(app.Ref, "", app.Release, problem.Text, new(Tone.None, "Not known"));
    }

    private static DriftRow Of(AppView app, DesiredService service, ImmutableArray<ObservedProcess> own)
    {
        var healthy = own.Count(p => p.Release == app.Release && p.Status == ProcessStatus.Running);
        var others = own.Count(p => p.Release != app.Release);
        var unwell = own.Length - others - healthy;
        return new DriftRow(
            app.Ref,
            service.Name,
            $"{Sentence.Counted(service.Count, "process")} of {app.Release}",
            $"{healthy} healthy{(unwell > 0 ? $", {unwell} not healthy" : "")}{(others > 0 ? $", {others} of other releases" : "")}",
            Changing(app)
                ?? (
                    healthy < service.Count ? new(Tone.Warn, "Too few")
                    : own.Length > service.Count ? new(Tone.Warn, "Too many")
                    : new(Tone.Good, "As it should be")
                )
        );
    }

    private static bool IsThere(ObservedProcess process) =>
        process.Status is ProcessStatus.Pending or ProcessStatus.Running or ProcessStatus.Unhealthy;

    private static AppCondition? Changing(AppView app) =>
        app.Rollout switch
        {
            null => null,
            { Failed: true } => new(Tone.Bad, "Going back"),
            { Target.Release: var release } => new(Tone.Busy, $"On its way to {release}"),
        };
}
