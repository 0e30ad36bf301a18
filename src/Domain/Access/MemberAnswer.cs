using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// What all roles of a member say of one operation, the leg on the rack included, flattened: roles that say nothing are
/// left out, and what is the same for every resource is known beforehand.
/// </summary>
internal sealed class MemberAnswer
{
    // Those that can refuse come first: once they are asked, the first grant decides.
    private readonly RoleAnswer[] _roles;
    private readonly int _refusing;
    private readonly bool _granted;
    private readonly GrantClause[]? _clauses;
    private readonly MemberAnswer? _onRack;
    private readonly MemberAnswer? _onSomeRack;

    /// <param name="operation">What it answers.</param>
    /// <param name="roles">Of the member who is asked about.</param>
    /// <param name="onRack">For applications, the answer that is needed for their rack as well.</param>
    /// <param name="onSomeRack">The same where no rack is named.</param>
    public MemberAnswer(
        Operation operation,
        ImmutableArray<(CompiledRole Role, string? Group)> roles,
        MemberAnswer? onRack,
        MemberAnswer? onSomeRack
    )
    {
        Operation = operation;
        var (refusing, granting) = (new List<RoleAnswer>(), new List<RoleAnswer>());
        var refused = false;
        foreach (var (role, _) in roles)
        {
            var answer = role.Answer(operation);
            refused |= answer.Always == RoleWord.Refuses;
            _granted |= answer.Always == RoleWord.Grants;
            if (answer.Always is null)
            {
                (answer.CanRefuse ? refusing : granting).Add(answer);
            }
        }

        if (_granted)
        {
            granting.Clear();
        }

        if (refused || (onRack is { IsNever: true } && onSomeRack is { IsNever: true }))
        {
            (_granted, _roles) = (false, []);
            return;
        }

        (_roles, _refusing) = ([.. refusing, .. granting], refusing.Count);
        _clauses =
            RoleAnswer.IsByName(operation) && Array.TrueForAll(_roles, role => role.Clauses is not null)
                ? [.. _roles.SelectMany(role => role.Clauses!.Value)]
                : null;
        if (onRack is { IsAlways: false } || onSomeRack is { IsAlways: false })
        {
            (_onRack, _onSomeRack) = (onRack, onSomeRack);
        }
    }

    public Operation Operation { get; }

    private bool IsNever => !_granted && _roles.Length == 0;

    private bool IsAlways => _granted && _roles.Length == 0 && _onRack is null;

    public bool Allows(in Resource resource, NameScope names)
    {
        if (_roles.Length == 0 && (_onRack is null || !_granted))
        {
            return _granted;
        }

        if (_clauses is not null && _onRack is null or { _clauses: not null })
        {
            return AllowsByName(resource, names);
        }

        var probe = new NameProbe(names, resource);
        return Allows(ref probe)
            && (_onRack is null || (resource.RackName is null ? _onSomeRack! : _onRack).Allows(ref probe));
    }

    // The operation is on one rack or app, which the resource therefore names.
    private bool AllowsByName(in Resource resource, NameScope names)
    {
        var rack = names.Rack(resource.RackName!);
        var app = Operation.Scope == OperationScope.App ? names.Leaf(resource.AppName!) : rack;
        return (_granted || GrantClause.Any(_clauses, rack, app))
            && (_onRack is null || _onRack._granted || GrantClause.Any(_onRack._clauses, rack, rack));
    }

    private bool Allows(ref NameProbe probe)
    {
        probe.Listing = Operation.Lists;
        var granted = _granted;
        for (var i = 0; i < _roles.Length; i++)
        {
            if (granted && i >= _refusing)
            {
                return true;
            }

            var word = _roles[i].Of(ref probe);
            if (word == RoleWord.Refuses)
            {
                return false;
            }

            granted |= word == RoleWord.Grants;
        }

        return granted;
    }
}
