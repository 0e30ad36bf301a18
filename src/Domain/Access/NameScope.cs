namespace Palisade.Domain.Access;

/// <summary>What names are looked up in while deciding: racks in one table, apps and items in the other.</summary>
internal sealed class NameScope(NameTests tests)
{
    private readonly NameTable _racks = new(tests.Count);
    private readonly NameTable _leaves = new(tests.Count);

    public KnownName Rack(string name) => _racks.Of(name);

    public KnownName Leaf(string name) => _leaves.Of(name);
}
