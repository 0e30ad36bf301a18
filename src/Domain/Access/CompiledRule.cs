namespace Palisade.Domain.Access;

/// <summary>A policy ready to be matched, with the operations that it speaks for.</summary>
internal sealed class CompiledRule
{
    public CompiledRule(Policy source, bool administrator)
    {
        Source = source;
        IsDeny = source.IsDeny;
        Names = new(source.Selector, SelectorRules.UseOf(source.Type));
        Racks = source.Racks is null ? null : new(source.Racks, SelectorUse.Rack);

        var broken = Names.Broken || Racks is { Broken: true } or { Kind: SelectorKind.DenyAll }
            || (Racks is not null && source.Type != ResourceType.Application);
        Operations = OperationSet.Where(operation => IsDeny
            ? Speaks(operation) && (broken || IsLevel || Access.Operations.Find(source.Action)?.Type is null or ResourceType.None
                || operation.Name == source.Action)
            : !broken && Speaks(operation) && Grants(operation) && (administrator || !operation.AdminOnly));
        AlwaysMatches = broken;
    }

    public Policy Source { get; }

    public bool IsDeny { get; }

    public CompiledSelector Names { get; }

    public CompiledSelector? Racks { get; }

    /// <summary>What it grants, or refuses when <see cref="IsDeny"/>.</summary>
    public OperationSet Operations { get; }

    /// <summary>SECURITY: an ill-formed rule still takes its type from AllResources, grants nothing, and refuses what it refused (S14).</summary>
    public bool AlwaysMatches { get; }

    /// <summary>Whether it says the same of every resource.</summary>
    public bool IsUniform => AlwaysMatches || (Names.IsEverything && Racks is null or { IsEverything: true });

    private bool IsLevel => Source.Action is Policy.Read or Policy.Write;

    public Match Of(in NameProbe probe)
    {
        if (AlwaysMatches)
        {
            return Match.Yes;
        }

        var names = Names.Of(probe);
        if (Racks is null || names == Match.No)
        {
            return names;
        }

        var racks = Racks.Of(probe);
        return names < racks ? names : racks;
    }

    private bool Speaks(Operation operation) => operation.Type != ResourceType.None
        && (Source.Type == ResourceType.AllResources || operation.Type == Source.Type);

    private bool Grants(Operation operation) => Source.Action switch
    {
        Policy.Read => operation.Level == AccessLevel.Read && !Source.LeftOut.Contains(operation.Name),
        Policy.Write => !Source.LeftOut.Contains(operation.Name),
        _ => operation.Name == Source.Action,
    };
}
