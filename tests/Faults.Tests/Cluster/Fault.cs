namespace Palisade.Faults.Tests.Cluster;

/// <summary>Something that happens to the cluster.</summary>
/// <param name="Place">The node; -1 for the database.</param>
/// <param name="At">After the start of the traffic.</param>
/// <param name="Lasts">Until it is over: what was killed is started again, what was cut is mended.</param>
internal abstract record Fault(int Place, TimeSpan At, TimeSpan Lasts)
{
    private string Times => $"{At.TotalSeconds:0.0} s for {Lasts.TotalSeconds:0.0} s";

    /// <summary>kill -9.</summary>
    public sealed record Kill(int Node, TimeSpan At, TimeSpan Lasts) : Fault(Node, At, Lasts)
    {
        public override string ToString() => $"Kill of node {Node} at {Times}";
    }

    /// <summary>SIGSTOP, then SIGCONT.</summary>
    public sealed record Pause(int Node, TimeSpan At, TimeSpan Lasts) : Fault(Node, At, Lasts)
    {
        public override string ToString() => $"Pause of node {Node} at {Times}";
    }

    /// <summary>No packet between a node and the database.</summary>
    public sealed record Cut(int Node, TimeSpan At, TimeSpan Lasts) : Fault(Node, At, Lasts)
    {
        public override string ToString() => $"Cut of node {Node} at {Times}";
    }

    /// <summary>kill -9 of every process of the database.</summary>
    public sealed record Crash(TimeSpan At, TimeSpan Lasts) : Fault(-1, At, Lasts)
    {
        public override string ToString() => $"Crash of the database at {Times}";
    }
}
