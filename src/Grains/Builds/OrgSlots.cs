namespace Palisade.Grains.Builds;

/// <summary>Counts what runs at once on this node, by organization.</summary>
internal sealed class OrgSlots
{
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public bool TryEnter(string org, int most)
    {
        lock (_gate)
        {
            var taken = _taken.GetValueOrDefault(org);
            if (taken >= most)
            {
                return false;
            }

            _taken[org] = taken + 1;
            return true;
        }
    }

    public void Leave(string org)
    {
        lock (_gate)
        {
            if (--_taken[org] == 0)
            {
                _taken.Remove(org);
            }
        }
    }
}
