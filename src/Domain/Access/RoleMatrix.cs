using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>What a role says of one operation, wherever it is asked.</summary>
public enum MatrixWord
{
    /// <summary>Neither grants nor refuses it anywhere.</summary>
    Nothing,

    /// <summary>On everything.</summary>
    Allowed,

    /// <summary>On everything, also for roles that are held beside it.</summary>
    Refused,

    /// <summary>It depends on the name of the rack or app.</summary>
    Depends,
}

/// <param name="Lines">Positions of the policies that speak of it, from 0.</param>
public sealed record MatrixCell(Operation Operation, MatrixWord Word, ImmutableArray<int> Lines);

/// <summary>
/// A role as one word for each operation, from the very rules that enforcement compiles. Held on all racks; a decision
/// on an app also needs its rack's leg.
/// </summary>
public static class RoleMatrix
{
    /// <summary>Every operation that a role can speak of, ordered by name.</summary>
    public static ImmutableArray<MatrixCell> Of(Role role)
    {
        ArgumentNullException.ThrowIfNull(role);
        var tests = new NameTests();
        var compiled = new CompiledRole(new HeldRole(role, Selector.AllowAll), tests);
        var rules = role.Policies.Select(policy => new CompiledRule(policy, compiled.IsAdministrator, tests)).ToList();
        return
        [
            .. Operations
                .All.Where(o => o.Type != ResourceType.None && (!o.AdminOnly || compiled.IsAdministrator))
                .Select(o => new MatrixCell(o, WordOf(compiled.Answer(o)), [.. LinesOn(rules, o)])),
        ];
    }

    private static MatrixWord WordOf(RoleAnswer answer) =>
        answer.Always switch
        {
            RoleWord.Grants => MatrixWord.Allowed,
            RoleWord.Refuses => MatrixWord.Refused,
            RoleWord.Nothing => MatrixWord.Nothing,
            _ => MatrixWord.Depends,
        };

    private static IEnumerable<int> LinesOn(IEnumerable<CompiledRule> rules, Operation operation) =>
        rules.Index().Where(x => x.Item.Operations.Has(operation)).Select(x => x.Index);
}
