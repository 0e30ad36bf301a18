namespace Palisade.Domain.Access;

/// <summary>
/// A grant that depends on names alone, as most do: where the role is held, and which racks and apps the rule names.
/// </summary>
internal readonly record struct GrantClause(NameTest HeldOn, NameTest Rack, NameTest App)
{
    /// <summary>Whether any holds. Asks all: what is not known beforehand is slower to jump over than to ask.</summary>
    public static bool Any(ReadOnlySpan<GrantClause> clauses, KnownName rack, KnownName app)
    {
        var any = false;
        foreach (ref readonly var clause in clauses)
        {
            any |= rack.Is(clause.HeldOn) & rack.Is(clause.Rack) & app.Is(clause.App);
        }

        return any;
    }
}
