using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>
/// What a service goes back to if the change that is being proven fails. It serves until the change is proven, so what
/// ends of it is put back, as far as the change leaves it a place. Pure.
/// </summary>
internal sealed class WayBack
{
    private readonly ImmutableArray<LocalProcess> _mine;
    private readonly ImmutableHashSet<string> _superfluous;
    private readonly int _wanted;

    /// <param name="service">As it was before the change.</param>
    /// <param name="seen">What there is.</param>
    /// <param name="place">How many the change leaves a place for.</param>
    public WayBack(DesiredService service, LocalObservation seen, int place)
    {
        Service = service;
        _wanted = Math.Clamp(place, 0, service.Count);
        _mine =
        [
            .. seen
                .Scaled.Where(p => p.Service == service.Name && p.SpecHash == service.SpecHash && !p.Draining)
                .OrderBy(p => p.Id, StringComparer.Ordinal),
        ];
        var ends = new EndedProcesses([.. _mine.Where(p => p.State == ProcessPhase.Exited)], seen.At);
        NextStart = ends.NextStart(
            proving: false,
            seen.Problems.FirstOrDefault(p => p.Service == service.Name && p.Resource == StartProcess.PreviousName)
        );
        _superfluous = [.. ends.Superfluous.Select(p => p.Id)];
    }

    public DesiredService Service { get; }

    /// <summary>How many are to be put back.</summary>
    public int Missing => Math.Max(0, _wanted - Up);

    /// <summary>How many may give way.</summary>
    public int Spare => Math.Max(0, Up - _wanted);

    /// <summary>Made, and nobody is starting them: a server was killed between the two.</summary>
    public IEnumerable<LocalProcess> NeverStarted =>
        _mine.Where(p => p is { State: ProcessPhase.Created, Starting: false });

    /// <summary>Numbers what is made anew.</summary>
    public int Next => _mine.Length;

    /// <summary>None is put back before this time.</summary>
    public DateTimeOffset NextStart { get; }

    private int Up => _mine.Count(ServiceSituation.IsUp);

    public bool Has(LocalProcess p) => p.Service == Service.Name && p.SpecHash == Service.SpecHash;

    /// <summary>It does not run, but is to be started, or slows down how often others are.</summary>
    public bool Keeps(LocalProcess p) => Has(p) && !_superfluous.Contains(p.Id);
}
