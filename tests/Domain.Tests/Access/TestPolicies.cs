using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Domain.Tests.Access;

/// <summary>Short ways to write members and roles.</summary>
internal static class TestPolicies
{
    public const string User = "ana";

    public static Role Role(string name, params Policy[] policies) =>
        new()
        {
            Id = $"role-{name}",
            Name = name,
            Policies = [.. policies],
        };

    public static HeldRole Everywhere(this Role role) => new(role, Selector.AllowAll);

    public static HeldRole On(this Role role, Selector racks) => new(role, racks);

    public static CompiledPolicy Compile(params HeldRole[] roles) =>
        new("acme", 7, [new MemberAccess(User, [.. roles])]);

    public static CompiledPolicy Compile(params Role[] roles) => Compile([.. roles.Select(Everywhere)]);

    public static CompiledPolicy Compile(params Policy[] policies) => Compile(Role("r", policies));

    public static bool Allows(this CompiledPolicy policy, Operation operation, string resource)
    {
        Assert.True(Resource.TryParse(resource, out var parsed), resource);
        var decision = policy.Decide(User, operation, parsed);
        Assert.Equal(decision.Allowed, decision.Explain().Allowed);
        return decision.Allowed;
    }
}
