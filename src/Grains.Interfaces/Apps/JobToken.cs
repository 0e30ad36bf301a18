using System.Collections.Immutable;

namespace Palisade.Grains.Apps;

/// <summary>(job, attempt) of the reporting job.</summary>
[GenerateSerializer, Immutable, Alias("palisade.job-token")]
public sealed record JobToken([property: Id(0)] string JobId, [property: Id(1)] int Attempt)
{
    /// <summary>Code of the conflict that a report of an older attempt gets.</summary>
    public const string Stale = "job.stale";
}
