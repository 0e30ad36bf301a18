using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Web.Components.Roles;

/// <summary>Operations of one resource type and level of which a role says the same.</summary>
public sealed record MatrixGroup(MatrixWord Word, string Says, ImmutableArray<Operation> Operations);

/// <summary>What a role says of one resource type: cells of the matrix, by level. Pure.</summary>
public sealed record MatrixRow(ResourceType Type, ImmutableArray<MatrixGroup> Read, ImmutableArray<MatrixGroup> Write)
{
    /// <summary>Types of which the role says nothing are left out.</summary>
    public static ImmutableArray<MatrixRow> Of(Role role)
    {
        ArgumentNullException.ThrowIfNull(role);
        return
        [
            .. RoleMatrix
                .Of(role)
                .GroupBy(cell => cell.Operation.Type)
                .OrderBy(type => type.Key)
                .Where(type => type.Any(cell => cell.Word != MatrixWord.Nothing))
                .Select(type => new MatrixRow(
                    type.Key,
                    Groups(role, type.Where(cell => cell.Operation.Level == AccessLevel.Read)),
                    Groups(role, type.Where(cell => cell.Operation.Level == AccessLevel.Write))
                )),
        ];
    }

    /// <summary>Types of which a role says nothing.</summary>
    public static ImmutableArray<ResourceType> Without(ImmutableArray<MatrixRow> rows) =>
        [
            .. Operations
                .All.Select(operation => operation.Type)
                .Where(type => type != ResourceType.None && rows.All(row => row.Type != type))
                .Distinct()
                .Order(),
        ];

    private static ImmutableArray<MatrixGroup> Groups(Role role, IEnumerable<MatrixCell> cells) =>
        [
            .. cells
                .GroupBy(cell => (cell.Word, Says: Says(role, cell)))
                .OrderBy(same => Order(same.Key.Word))
                .Select(same => new MatrixGroup(
                    same.Key.Word,
                    same.Key.Says,
                    [.. same.Select(cell => cell.Operation)]
                )),
        ];

    private static string Says(Role role, MatrixCell cell) =>
        cell.Word switch
        {
            MatrixWord.Allowed => "Allowed",
            MatrixWord.Refused => "Refused, whatever else is held",
            MatrixWord.Nothing => "Not granted",
            _ => Account
                .Sentence.Of(string.Join("; ", cell.Lines.Select(line => Says(role.Policies[line])).Distinct()))
                .TrimEnd('.'),
        };

    private static string Says(Policy policy) =>
        PolicyWords.IsLeftOut(policy) ? "left out of what is allowed of everything"
        : policy.IsDeny ? $"refused on {PolicyWords.Where(policy)}"
        : policy.Type == ResourceType.AllResources ? "allowed where no line of the type itself decides"
        : $"allowed on {PolicyWords.Where(policy)}";

    private static int Order(MatrixWord word) =>
        word switch
        {
            MatrixWord.Allowed => 0,
            MatrixWord.Depends => 1,
            MatrixWord.Refused => 2,
            _ => 3,
        };
}
