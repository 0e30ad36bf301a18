using System.Collections.Immutable;

namespace Palisade.Storage.Operating;

/// <summary>How many there are of each, and what is wrong with which.</summary>
public sealed record VerifyReport(int Streams, int Logs, int Keys, int Objects, ImmutableArray<StoreFault> Faults);

public sealed record StoreFault(string Place, string Why)
{
    public override string ToString() => $"{Place}: {Why}";
}
