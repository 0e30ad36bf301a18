using Palisade.Storage;

namespace Palisade.Web.Hosting;

/// <summary>
/// Ready when the store answers and the first run is done. A rack that is not ready says so itself and keeps nobody
/// from the console.
/// </summary>
public sealed class Readiness(IStore store) : IReadiness
{
    /// <summary>Organization, first administrator and rack exist.</summary>
    public bool FirstRunDone { get; set; }

    public string? NotReadyBecause =>
        !FirstRunDone ? "the first run is not finished"
        : store is null ? "the store is closed"
        : null;
}
