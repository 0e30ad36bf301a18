using System.Collections.Immutable;

namespace Palisade.Domain.Audit;

/// <summary>Collects faults within a bound.</summary>
internal sealed class FaultList
{
    private readonly List<BundleFault> _faults = [];

    public long Count { get; private set; }

    public ImmutableArray<BundleFault> Faults => [.. _faults];

    public void Add(string code, string why) => Add(code, null, why);

    public void Add(string code, long? index, string why)
    {
        Count++;
        if (_faults.Count < VerificationReport.MaxFaults)
        {
            _faults.Add(new(code, index, why));
        }
    }
}
