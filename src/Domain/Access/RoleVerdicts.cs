using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// What all roles of a member say of one resource type: any specific refusal refuses, else any grant grants. What says
/// the same of every resource is worked out beforehand.
/// </summary>
internal sealed class RoleVerdicts
{
    private readonly OperationSet _grants;
    private readonly OperationSet _refuses;
    private readonly TypeRules[] _dependent;

    public RoleVerdicts(IEnumerable<TypeRules> roles)
    {
        var all = roles.ToLookup(role => role.IsUniform);
        var anywhere = default(NameProbe);
        foreach (var role in all[true])
        {
            role.Evaluate(ref anywhere, ref _grants, ref _refuses);
        }

        _dependent = [.. all[false]];
    }

    public OperationSet Evaluate(ref NameProbe probe)
    {
        var (grants, refuses) = (_grants, _refuses);
        foreach (var role in _dependent)
        {
            role.Evaluate(ref probe, ref grants, ref refuses);
        }

        return grants & ~refuses;
    }
}
