using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Domain.Tests.Orgs;

namespace Palisade.Domain.Tests.Access;

public sealed class AccessMatrixTests : OrgStory
{
    private static readonly AccessMatrix Matrix = AccessMatrix.Read();

    [Fact]
    public void Every_case_is_decided_as_written_and_by_the_rule_that_is_written()
    {
        var policy = Given(Matrix);

        var wrong = Matrix
            .Cases.Select(c =>
                (Case: c, Decision: policy.Decide(c.User, Operations.Find(c.Operation), Parse(c.Resource)))
            )
            .Where(x => x.Decision.Allowed != x.Case.Allowed || x.Decision.Rule != x.Case.Rule)
            .Select(x => $"{x.Case}: {x.Decision.Allowed}, {x.Decision.Rule}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void There_are_300_cases_and_every_operation_of_an_organization_is_allowed_and_refused()
    {
        var operations = Operations.All.Where(o => o.Type != ResourceType.None).Select(o => o.Name).ToList();

        Assert.InRange(Matrix.Cases.Length, 300, 5000);
        Assert.Empty(operations.Except(Matrix.Cases.Where(c => c.Allowed).Select(c => c.Operation)));
        Assert.Empty(operations.Except(Matrix.Cases.Where(c => !c.Allowed).Select(c => c.Operation)));
        Assert.Equal(
            Matrix.Cases.Length,
            Matrix.Cases.Select(c => (c.User, c.Operation, c.Resource)).Distinct().Count()
        );
    }

    [Fact]
    public void What_no_role_grants_is_allowed_to_whom_it_is_written_and_to_nobody_else()
    {
        const string owner = "ana";
        var principals = new Dictionary<string, Principal>
        {
            ["user"] = new(PrincipalKind.User, owner, ""),
            ["another"] = new(PrincipalKind.User, "bob", ""),
            ["operator"] = new(PrincipalKind.Operator, owner, ""),
            ["system"] = new(PrincipalKind.System, "system", ""),
            ["key"] = new(PrincipalKind.DeployKey, owner, ""),
            ["nobody"] = new(PrincipalKind.None, "", ""),
        };
        var by = By("ada").Caller;

        foreach (var operation in Operations.All.Where(o => o.Type == ResourceType.None))
        {
            Assert.Equal(
                Matrix.Own[operation.Name].Order(),
                principals
                    .Where(one => OwnAccess.IsAllowed(by with { Principal = one.Value }, operation, owner))
                    .Select(one => one.Key)
                    .Order()
            );
        }

        Assert.All(
            Operations.All.Where(o => o.Type != ResourceType.None),
            o => Assert.DoesNotContain(o.Name, Matrix.Own.Keys)
        );
    }

    [Fact]
    public void Every_case_of_a_deploy_key_is_decided_as_written_and_by_the_rule_that_is_written()
    {
        Given(Matrix);
        var wrong = new List<string>();
        foreach (var c in Matrix.KeyCases)
        {
            var id = $"key-{c.User}";
            var state = new DeployKeyState { Id = id, Spec = Matrix.Keys[c.User] };
            var decision = DeployKeyAccess
                .Compile(State, state, new(7), DateTimeOffset.UnixEpoch)
                .Decide(
                    By("ada").Caller with
                    {
                        Principal = new(PrincipalKind.DeployKey, id, c.User),
                    },
                    Operations.Find(c.Operation),
                    Parse(c.Resource)
                );
            if ((decision.Allowed, decision.Rule) != (c.Allowed, c.Rule))
            {
                wrong.Add($"{c}: {decision.Allowed}, {decision.Rule}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_other_operation_is_refused_to_the_administrator()
    {
        var others = Operations.All.Where(o => o.Type == ResourceType.None).Select(o => o.Name);

        Assert.Empty(
            others.Except(Matrix.Cases.Where(c => c is { User: "ada", Allowed: false }).Select(c => c.Operation))
        );
    }

    [Theory]
    [InlineData("Non-Billing Administrator", "nora")]
    [InlineData("Engineer with Limited Write Access", "engel")]
    [InlineData("Read-Only Auditor for Compliance", "carla")]
    public void The_patterns_that_Convox_publishes_are_in_it_by_name(string role, string user)
    {
        Given(Matrix);

        Assert.Equal([role], State.HeldBy(user).Select(held => held.Role.Name));
        Assert.True(
            Matrix.Cases.Count(c => c.User == user) >= 20
                && Matrix.Cases.Any(c => c.User == user && c.Allowed)
                && Matrix.Cases.Any(c => c.User == user && !c.Allowed)
        );
    }

    [Fact]
    public void Explanations_of_the_cases_decide_the_same_when_the_policy_is_folded_again()
    {
        var (first, again) = (Given(Matrix), State.Compile());

        Assert.All(
            Matrix.Cases,
            c =>
            {
                var (one, two) = (
                    first.Decide(c.User, Operations.Find(c.Operation), Parse(c.Resource)).Explain(),
                    again.Decide(c.User, Operations.Find(c.Operation), Parse(c.Resource)).Explain()
                );
                Assert.Equal((one.Allowed, one.Rule, one.SmallestGrant), (two.Allowed, two.Rule, two.SmallestGrant));
            }
        );
    }

    private CompiledPolicy Given(AccessMatrix matrix)
    {
        Do(OrgMembers.Create(State, "acme", "ada", By("system")));
        foreach (var user in matrix.Users.Where(user => user != "ada"))
        {
            Do(OrgMembers.Add(State, user, [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)], By("ada")));
        }

        var document = AccessReader.Read(matrix.Document).Value;
        Do(AccessPlanner.Apply(State, document, AccessPlanner.Plan(State, document).Value.Hash, By("ada")));
        return State.Compile();
    }

    private static Resource Parse(string text) =>
        Resource.TryParse(text, out var resource) ? resource : throw new FormatException(text);
}
