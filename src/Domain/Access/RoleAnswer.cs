using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>What one role says of one operation on a resource. The strongest word of a member's roles counts.</summary>
internal enum RoleWord
{
    Nothing,
    Grants,

    /// <summary>For every role that is held beside it.</summary>
    Refuses,
}

/// <summary>
/// What one held role says of one operation: <see cref="TypeRules"/> taken apart, so that deciding looks at the rules
/// that count for it and at nothing else.
/// </summary>
internal sealed class RoleAnswer
{
    private readonly CompiledSelector[] _limits;
    private readonly CompiledRule[] _refusals;
    private readonly CompiledRule[] _grants;

    // Rules that say nothing of the operation, and yet keep AllResources from granting it where they match.
    private readonly CompiledRule[] _silent;
    private readonly bool _otherwise;

    public RoleAnswer(TypeRules rules, Operation operation)
    {
        var grantable = rules.Grantable.Has(operation);
        var speaking = rules.Rules.ToLookup(rule => rule.Operations.Has(operation));
        _otherwise = grantable && rules.Otherwise.Has(operation);
        _limits = [.. rules.Limits];
        _refusals = [.. speaking[true].Where(rule => rule.IsDeny)];
        _grants = [.. speaking[true].Where(rule => grantable && !rule.IsDeny)];
        _silent = _otherwise ? [.. speaking[false]] : [];

        var counts = _refusals.Concat(_grants).Concat(_silent).ToList();
        if (counts.Count == 0 && !_otherwise)
        {
            Always = RoleWord.Nothing;
        }
        else if (_limits.Length == 0 && counts.All(rule => rule.IsUniform))
        {
            var anywhere = default(NameProbe);
            Always = Of(ref anywhere);
        }

        Clauses = IsByName(operation) ? ByName() : null;
    }

    /// <summary>Whether what it is asked of always names a rack, and an app where the operation is on one.</summary>
    public static bool IsByName(Operation operation) =>
        operation is { Lists: false, Scope: OperationScope.App or OperationScope.Rack };

    /// <summary>What it says of every resource; null when that depends on the resource.</summary>
    public RoleWord? Always { get; }

    /// <summary>
    /// The same where it is no more than grants by name, for an operation on one rack or app; null when it is more.
    /// </summary>
    public ImmutableArray<GrantClause>? Clauses { get; }

    public bool CanRefuse => _refusals.Length > 0;

    public RoleWord Of(ref NameProbe probe)
    {
        var limit = Match.Yes;
        foreach (var selector in _limits)
        {
            var match = selector.Of(ref probe);
            limit = match < limit ? match : limit;
        }

        if (limit == Match.No)
        {
            return RoleWord.Nothing;
        }

        foreach (var rule in _refusals)
        {
            // A list is refused only where nothing in it could be allowed.
            if (rule.Of(ref probe) == Match.Yes)
            {
                return limit == Match.Yes ? RoleWord.Refuses : RoleWord.Nothing;
            }
        }

        foreach (var rule in _grants)
        {
            if (rule.Of(ref probe) != Match.No)
            {
                return RoleWord.Grants;
            }
        }

        return _otherwise && !IsSilenced(ref probe) ? RoleWord.Grants : RoleWord.Nothing;
    }

    private ImmutableArray<GrantClause>? ByName()
    {
        var heldOn = _limits switch
        {
            [] => NameTests.Anything,
            [{ Use: SelectorUse.Rack } racks] => racks.Only,
            _ => null,
        };
        if (heldOn is null || CanRefuse || _silent.Length > 0)
        {
            return null;
        }

        var clauses = ImmutableArray.CreateBuilder<GrantClause>();
        foreach (var rule in _grants)
        {
            var (rack, app) = rule.Names.Use switch
            {
                SelectorUse.Rack => (rule.Names.Only, NameTests.Anything),
                SelectorUse.App => (rule.Racks is null ? NameTests.Anything : rule.Racks.Only, rule.Names.Only),
                _ => (null, null),
            };
            if (rack is null || app is null)
            {
                return null;
            }

            clauses.Add(new(heldOn, rack, app));
        }

        if (_otherwise)
        {
            clauses.Add(new(heldOn, NameTests.Anything, NameTests.Anything));
        }

        return clauses.DrainToImmutable();
    }

    private bool IsSilenced(ref NameProbe probe)
    {
        foreach (var rule in _silent)
        {
            if (rule.Of(ref probe) == Match.Yes)
            {
                return true;
            }
        }

        return false;
    }
}
