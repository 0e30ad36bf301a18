namespace Palisade.Domain.Access;

/// <summary>A policy ready to be matched, with the operations that it speaks for.</summary>
internal sealed class CompiledRule
{
    public CompiledRule(Policy source, bool administrator, NameTests tests)
    {
        Source = source;
        IsDeny = source.IsDeny;
        Names = new(source.Selector, SelectorRules.UseOf(source.Type), tests);
        Racks = source.Racks is null ? null : new(source.Racks, SelectorUse.Rack, tests);

        var broken =
            Names.Broken
            || Racks is { Broken: true } or { Kind: SelectorKind.DenyAll }
            || (Racks is not null && source.Type != ResourceType.Application);
        var speaksFor = OperationSet.OfType(source.Type);
        Operations =
            IsDeny ? speaksFor & Refuses(source.Action, broken)
            : broken ? default
            : speaksFor & Grants(source) & (administrator ? ~default(OperationSet) : ~OperationSet.AdminOnly);
        AlwaysMatches = broken;
    }

    public Policy Source { get; }

    public bool IsDeny { get; }

    public CompiledSelector Names { get; }

    public CompiledSelector? Racks { get; }

    /// <summary>What it grants, or refuses when <see cref="IsDeny"/>.</summary>
    public OperationSet Operations { get; }

    /// <summary>
    /// SECURITY: an ill-formed rule still takes its type from AllResources, grants nothing, and refuses what it refused
    /// (S14).
    /// </summary>
    public bool AlwaysMatches { get; }

    /// <summary>Whether it says the same of every resource.</summary>
    public bool IsUniform => AlwaysMatches || (Names.IsEverything && Racks is null or { IsEverything: true });

    public Match Of(ref NameProbe probe)
    {
        if (AlwaysMatches)
        {
            return Match.Yes;
        }

        // Few racks are chosen and many apps named: the first no is the cheaper one to find.
        var racks = Racks?.Of(ref probe) ?? Match.Yes;
        if (racks == Match.No)
        {
            return Match.No;
        }

        var names = Names.Of(ref probe);
        return names < racks ? names : racks;
    }

    // SECURITY: what a refusal can't be read to name, it refuses all of.
    private static OperationSet Refuses(string action, bool broken) =>
        broken
        || action is Policy.Read or Policy.Write
        || Access.Operations.Find(action) is not { Type: not ResourceType.None } operation
            ? ~default(OperationSet)
            : OperationSet.Of(operation);

    private static OperationSet Grants(Policy source)
    {
        var granted = source.Action switch
        {
            Policy.Read => OperationSet.Reads,
            Policy.Write => ~default(OperationSet),
            _ => Access.Operations.Find(source.Action) is { } operation ? OperationSet.Of(operation) : default,
        };
        foreach (var name in source.LeftOut)
        {
            granted &=
                source.Action is Policy.Read or Policy.Write && Access.Operations.Find(name) is { } leftOut
                    ? ~OperationSet.Of(leftOut)
                    : ~default(OperationSet);
        }

        return granted;
    }
}
