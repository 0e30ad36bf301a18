using Palisade.Domain.Access;

namespace Palisade.Domain.Tests.Access;

public sealed class RoleRulesTests
{
    public static TheoryData<string, Policy> Bad =>
        new()
        {
            { "no type", Policy.Allow(ResourceType.None, Policy.Read) },
            { "an unknown type", Policy.Allow((ResourceType)99, Policy.Read) },
            { "an unknown action", Policy.Allow(ResourceType.Application, "app.launch") },
            { "another type's operation", Policy.Allow(ResourceType.Application, "rack.get") },
            { "an account operation", Policy.Allow(ResourceType.AllResources, "token.create") },
            { "an admin-only operation", Policy.Allow(ResourceType.OrganizationSettings, "org.delete") },
            { "a name where there are none", Policy.Allow(ResourceType.Users, Policy.Read, Selector.Name("ana")) },
            { "a name on everything", Policy.Allow(ResourceType.AllResources, Policy.Read, Selector.Name("web")) },
            { "a bad name", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Name("We b")) },
            { "a rack/app as a rack", Policy.Allow(ResourceType.Racks, Policy.Read, Selector.Name("staging/web")) },
            { "two slashes", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Name("a/b/c")) },
            { "an empty list", Policy.Allow(ResourceType.Application, Policy.Read, Selector.List()) },
            { "a pattern with a slash on racks", Policy.Allow(ResourceType.Racks, Policy.Read, Selector.Regex("a/b")) },
            { "a slash in a class", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("a[/]b")) },
            { "a slash in a group", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("(?:a/)?b")) },
            {
                "alternatives beside a slash",
                Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("prod.*|x/y"))
            },
            {
                "two slashes in a pattern",
                Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("a/b/c"))
            },
            { "options", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("(?i)web")) },
            { "a look-ahead", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("(?=web).*")) },
            { "a back-reference", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex(@"(a)\1")) },
            { "an unclosed group", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("(web")) },
            { "an early close", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("web)|(?:.*")) },
            { "huge counts", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("a{1000}")) },
            {
                "nested counts",
                Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("(?:(?:a{60}){60}){60}"))
            },
            {
                "a long pattern",
                Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex(new string('a', 513)))
            },
            { "an empty pattern", Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("")) },
            {
                "racks on another type",
                Policy.Allow(ResourceType.Jobs, Policy.Read) with
                {
                    Racks = Selector.AllowAll,
                }
            },
            {
                "no racks at all",
                Policy.Allow(ResourceType.Application, Policy.Read) with
                {
                    Racks = Selector.DenyAll,
                }
            },
            {
                "leaving out of an operation",
                Policy.Allow(ResourceType.Application, "app.get") with
                {
                    Without = ["app.exec"],
                }
            },
            { "leaving out of a refusal", Policy.Deny(ResourceType.Application) with { Without = ["app.exec"] } },
            {
                "leaving out what is another's",
                Policy.Allow(ResourceType.Application, Policy.Write) with
                {
                    Without = ["rack.get"],
                }
            },
        };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_role_is_refused_for(string what, Policy policy)
    {
        var problem = RoleRules.Check("a role", [policy]);

        Assert.True(problem is Kernel.Invalid, $"{what}: {problem}");
        Assert.DoesNotContain('%', problem.Text);
    }

    [Theory]
    [InlineData("web-.*")]
    [InlineData("[a-z]{1,63}")]
    [InlineData("staging/(?:web|api)")]
    [InlineData(@"staging\/web")]
    [InlineData("[]x]")]
    [InlineData("[^]x]+")]
    [InlineData(@"a\[b")]
    [InlineData("web|api")]
    public void A_pattern_is_taken(string pattern) =>
        Assert.Null(
            RoleRules.Check("a role", [Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex(pattern))])
        );

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a\nb")]
    [InlineData("a%s")]
    public void A_name_is_refused(string? name) =>
        Assert.Equal("role.bad_name", RoleRules.Check(name, [Policy.Allow(ResourceType.Racks, Policy.Read)])!.Code);

    [Fact]
    public void The_built_in_roles_keep_the_rules() =>
        Assert.All(BuiltInRoles.All, role => Assert.Null(RoleRules.Check(role.Name, role.Policies)));

    [Fact]
    public void A_pattern_that_explodes_elsewhere_is_matched_in_linear_time()
    {
        var policy = TestPolicies.Compile(
            Policy.Allow(ResourceType.Racks, Policy.Read),
            Policy.Allow(ResourceType.Application, Policy.Read, Selector.Regex("(?:(?:a+)+)+b"))
        );
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.False(policy.Allows(Operations.AppGet, "staging/" + new string('a', 63)));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"took {clock.Elapsed}");
    }
}
