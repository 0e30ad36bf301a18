namespace Palisade.Faults.Tests.Cluster;

/// <summary>Something that happens to the cluster.</summary>
/// <param name="At">After the start of the traffic.</param>
/// <param name="Lasts">Until it is over: what was killed is started again, what was cut is mended.</param>
internal abstract record Fault(TimeSpan At, TimeSpan Lasts)
{
    /// <summary>kill -9.</summary>
    public sealed record Kill(int Node, TimeSpan At, TimeSpan Lasts) : Fault(At, Lasts);

    /// <summary>SIGSTOP, then SIGCONT.</summary>
    public sealed record Pause(int Node, TimeSpan At, TimeSpan Lasts) : Fault(At, Lasts);

    /// <summary>No packet between a node and the database.</summary>
    public sealed record Cut(int Node, TimeSpan At, TimeSpan Lasts) : Fault(At, Lasts);

    /// <summary>kill -9 of every process of the database.</summary>
    public sealed record Crash(TimeSpan At, TimeSpan Lasts) : Fault(At, Lasts);
}
