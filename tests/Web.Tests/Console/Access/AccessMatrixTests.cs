using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Domain.Tests.Access;
using Palisade.Web.Console.Access;

namespace Palisade.Web.Tests.Console.Access;

/// <summary>
/// The matrix of the domain over HTTP: its document is applied through the API, and each of its members asks with a
/// token of their own.
/// </summary>
public sealed class AccessMatrixTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    [Fact]
    public async Task Every_case_is_decided_as_written_and_by_the_rule_that_is_written()
    {
        var matrix = AccessMatrix.Read();
        var here = new[] { "ada", "dev", "audi" };
        foreach (var user in matrix.Users.Except(here))
        {
            await world.AddMemberAsync(user, RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        }

        var plan = (
            await world.SendAsync<PlanJson>("ada", "POST", "/orgs/acme/access/plan", new DocumentJson(matrix.Document))
        ).Value!;
        Assert.Equal(
            200,
            (
                await world.SendAsync<AppliedJson>(
                    "ada",
                    "POST",
                    "/orgs/acme/access/apply",
                    new ApplyBody(matrix.Document, plan.Hash)
                )
            ).Status
        );

        var wrong = new List<string>();
        foreach (var asked in matrix.Cases.GroupBy(c => (c.User, c.Resource)))
        {
            var path = $"/orgs/acme/access/what-can?resource={Uri.EscapeDataString(asked.Key.Resource)}";
            var verdicts = (
                await world.SendAsync<ImmutableArray<OperationVerdict>>(asked.Key.User, "GET", path)
            ).Value.ToDictionary(v => v.Operation);
            wrong.AddRange(
                asked
                    .Where(c =>
                        // What no role can grant nobody is told of here.
                        Operations.Find(c.Operation)?.Type == ResourceType.None
                            ? verdicts.ContainsKey(c.Operation)
                            : !verdicts.TryGetValue(c.Operation, out var v)
                                || (v.Allowed, v.Rule) != (c.Allowed, c.Rule)
                    )
                    .Select(c => $"{c}")
            );
        }

        Assert.Empty(wrong);
    }
}
