namespace Palisade.Bench;

/// <summary>
/// One measurement, in a file of its own. Every class that implements this and has no constructor arguments is found
/// and run.
/// </summary>
internal interface IBench
{
    /// <summary>Dotted, as in <c>grain.call.local</c>; prefixes of it select it.</summary>
    string Name { get; }

    /// <summary>Measures ours and the reference, interleaved.</summary>
    Task<BenchResult> RunAsync(CancellationToken ct);
}
