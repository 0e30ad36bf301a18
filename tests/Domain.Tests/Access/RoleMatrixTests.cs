using Palisade.Domain.Access;
using static Palisade.Domain.Tests.Access.AskedUses;

namespace Palisade.Domain.Tests.Access;

/// <summary>The matrix of a role says what deciding says.</summary>
public sealed class RoleMatrixTests
{
    private const string Somebody = "somebody";

    private static readonly Role Racks = new()
    {
        Id = "role-racks",
        Name = "racks",
        Policies = [Policy.Allow(ResourceType.Racks, Policy.Read)],
    };

    [Fact]
    public void A_word_of_the_matrix_is_what_is_decided_everywhere()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        var words = new Dictionary<MatrixWord, int>();
        for (var round = 0; round < 300; round++)
        {
            var role = draw.Role(1);
            var alone = Holding(role);
            var beside = Holding(role, Racks);
            var cells = RoleMatrix.Of(role);
            foreach (var cell in cells)
            {
                var policy = cell.Operation.Type == ResourceType.Application ? beside : alone;
                var verdicts = Resources
                    .Where(resource => IsFor(cell.Operation, resource))
                    .Where(resource =>
                        cell.Operation.Type != ResourceType.Application
                        || beside.Decide(Somebody, Operations.RackGet, Resource.Rack(resource.RackName!)).Allowed
                    )
                    .Select(resource => policy.Decide(Somebody, cell.Operation, resource).Allowed)
                    .ToList();
                var told = cell.Word switch
                {
                    MatrixWord.Allowed => verdicts.TrueForAll(allowed => allowed),
                    MatrixWord.Depends => true,
                    _ => verdicts.TrueForAll(allowed => !allowed),
                };
                Assert.True(
                    told,
                    $"seed {seed}, round {round}: {cell.Operation} is {cell.Word}: {string.Join("; ", role.Policies)}"
                );
                Assert.True(cell.Word == MatrixWord.Nothing || !cell.Lines.IsEmpty, $"seed {seed}: no line decides");
                words[cell.Word] = words.GetValueOrDefault(cell.Word) + 1;
            }
        }

        Assert.All(Enum.GetValues<MatrixWord>(), word => Assert.True(words.GetValueOrDefault(word) > 50, $"{word}"));
    }

    [Fact]
    public void The_administrator_alone_has_cells_of_what_only_the_administrator_may()
    {
        Assert.Contains(RoleMatrix.Of(BuiltInRoles.Administrator), cell => cell.Operation == Operations.OrgDelete);
        Assert.DoesNotContain(RoleMatrix.Of(BuiltInRoles.Auditor), cell => cell.Operation.AdminOnly);
        Assert.Equal(
            MatrixWord.Nothing,
            RoleMatrix.Of(BuiltInRoles.Deployer).Single(cell => cell.Operation == Operations.AppEnvReveal).Word
        );
    }

    private static CompiledPolicy Holding(params Role[] roles) =>
        new("acme", 1, [new MemberAccess(Somebody, [.. roles.Select(role => new HeldRole(role, Selector.AllowAll))])]);

    private static bool IsFor(Operation operation, Resource resource) =>
        operation.Scope switch
        {
            OperationScope.App => resource.AppName is not null,
            OperationScope.Rack => resource is { RackName: not null, AppName: null },
            _ => resource == Resource.Org,
        };
}
