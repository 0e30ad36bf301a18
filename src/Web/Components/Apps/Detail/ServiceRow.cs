using System.Collections.Immutable;
using Palisade.Racks;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>A service of the release that runs, with its processes.</summary>
/// <param name="Shape">As it is to run.</param>
/// <param name="Processes">Its own, without one-off ones; null when nobody can say.</param>
public sealed record ServiceRow(DesiredService Shape, ImmutableArray<ObservedProcess>? Processes)
{
    public string Name => Shape.Name;

    public ServiceSize Size => new(Shape.Count, Shape.Cpu, Shape.Memory);

    /// <summary>Processes of the release that run and pass their checks.</summary>
    public int? Healthy => Processes?.Count(p => p.Status == ProcessStatus.Running && p.Release == Shape.Release);

    public AppCondition Condition =>
        Healthy switch
        {
            null => new(Tone.None, $"{Size.Count} wanted"),
            0 when Size.Count == 0 => new(Tone.None, "Scaled to none"),
            { } healthy when healthy < Size.Count => new(Tone.Warn, $"{healthy} of {Size.Count} healthy"),
            _ => new(Tone.Good, $"{Size.Count} of {Size.Count} healthy"),
        };
}
