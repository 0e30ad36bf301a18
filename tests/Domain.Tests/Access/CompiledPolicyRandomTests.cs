using Palisade.Domain.Access;

namespace Palisade.Domain.Tests.Access;

public sealed class CompiledPolicyRandomTests
{
    [Fact]
    public void The_compiled_policy_decides_as_a_brute_force_reading_of_the_model_does() => Decides(sets: 100_000);

    [Fact, Trait("Category", "Soak")]
    public void A_million_compiled_policies_decide_as_a_brute_force_reading_of_the_model_does() =>
        Decides(sets: 1_000_000);

    private static void Decides(int sets)
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        int allowed = 0,
            refused = 0;
        for (var set = 0; set < sets; set++)
        {
            var roles = draw.Held();
            var policy = TestPolicies.Compile([.. roles]);
            for (var i = 0; i < 6; i++)
            {
                var (operation, resource) = (draw.Operation(), draw.Resource());

                var decision = policy.Decide(TestPolicies.User, operation, resource);
                var again = policy.Decide(TestPolicies.User, operation, resource);
                var explained = i == 0 ? decision.Explain().Allowed : decision.Allowed;

                // A list may be answered though nothing turns out to be in it, never refused while something is.
                var expected = BruteForce.Decide(roles, operation, resource);
                var agrees =
                    operation.Lists && !expected ? explained == decision.Allowed : decision.Allowed == expected;
                Assert.True(
                    agrees && again.Allowed == decision.Allowed && explained == decision.Allowed,
                    $"seed {seed}, set {set}: {operation} on {resource.Display}: compiled {decision.Allowed}, explained {explained}, "
                        + $"expected {expected}; {string.Join(" | ", roles.Select(r => $"[{r.Racks}] {string.Join("; ", r.Role.Policies)}"))}"
                );
                _ = decision.Allowed ? allowed++ : refused++;
            }
        }

        Assert.True(
            allowed > sets / 10 && refused > sets / 10,
            $"seed {seed}: the draw is one-sided: {allowed} allowed, {refused} refused"
        );
    }
}
