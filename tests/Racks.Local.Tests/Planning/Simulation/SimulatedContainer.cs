using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

internal sealed class SimulatedContainer(string id, DesiredService service, string rolloutId, Behaviour behaviour)
{
    public string Id => id;

    public DesiredService Service => service;

    public string RolloutId => rolloutId;

    public Behaviour Behaviour => behaviour;

    public ProcessPhase State { get; set; }

    public DateTimeOffset? Started { get; set; }

    public DateTimeOffset? Ended { get; set; }

    public int? ExitCode { get; set; }

    /// <summary>From when on it answers well.</summary>
    public DateTimeOffset WellFrom { get; set; } = DateTimeOffset.MaxValue;

    public bool IsRunning => State == ProcessPhase.Running;

    public bool IsProbed => Service.Port is not null && !Service.Health.Disabled;

    /// <summary>The truth, whatever probing has shown.</summary>
    public bool IsWell(DateTimeOffset now) => IsRunning && WellFrom <= now;
}
