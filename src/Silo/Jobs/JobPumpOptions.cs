namespace Palisade.Silo.Jobs;

/// <summary>How jobs are taken up.</summary>
public sealed class JobPumpOptions
{
    /// <summary>Jobs at the same time on this node; most of them wait for evidence. Default 256.</summary>
    public int MaxRunning { get; set; } = 256;

    /// <summary>
    /// Those of one organization: what others want to run finds room at once, however many and long this one's are.
    /// Default 64.
    /// </summary>
    public int MaxOfOrg { get; set; } = 64;

    /// <summary>A job that throws this often in one process is dead. Default 10.</summary>
    public int MaxAttempts { get; set; } = 10;

    /// <summary>Longest wait between two looks for due jobs. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>architecture.md: 0.5 s; the lease is lost after 2 s.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromMilliseconds(500);
}
