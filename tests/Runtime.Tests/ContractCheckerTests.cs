using Orleans.Runtime;

namespace Palisade.Runtime.Tests;

public sealed class ContractCheckerTests
{
    private static readonly IReadOnlyList<ContractViolation> Bad = ContractChecker.CheckInterfaces(typeof(IBad));

    [Fact]
    public void Right_contracts_pass()
    {
        Assert.Empty(ContractChecker.CheckInterfaces(typeof(IGood)));
    }

    [Theory]
    [InlineData(ContractRule.MissingAlias, "IBad")]
    [InlineData(ContractRule.MethodShape, "IBad.Fire")]
    [InlineData(ContractRule.MethodShape, "IBad.Stream")]
    [InlineData(ContractRule.MissingGenerateSerializer, "Unmarked")]
    [InlineData(ContractRule.MissingAlias, "Unmarked")]
    [InlineData(ContractRule.MissingId, "Losing.Lost")]
    [InlineData(ContractRule.DuplicateId, "Doubled")]
    [InlineData(ContractRule.DuplicateAlias, "Copycat")]
    [InlineData(ContractRule.MissingGenerateSerializer, "Circle")]
    [InlineData(ContractRule.NotSerializable, "IBad.Foreign(builder)")]
    [InlineData(ContractRule.Mutable, "IBad.Changing(numbers)")]
    [InlineData(ContractRule.Mutable, "Settable.Number")]
    [InlineData(ContractRule.IdOnComputedProperty, "Computed.Double")]
    [InlineData(ContractRule.MissingAlias, "IBad.Twice")]
    public void A_broken_rule_is_found(ContractRule rule, string where)
    {
        Assert.Contains(Bad, v => v.Kind == rule && v.Where == $"Palisade.Runtime.Tests.{where}");
    }

    [Fact]
    public void Nothing_else_is_found()
    {
        Assert.Equal(14, Bad.Count);
        Assert.DoesNotContain(Bad, v => v.Where.EndsWith("LeftOut", StringComparison.Ordinal));
    }

    [Fact]
    public void A_whole_assembly_is_checked_with_all_its_grain_interfaces()
    {
        var all = ContractChecker.Check(typeof(IBad).Assembly);

        Assert.Contains(all, v => v.Where == "Palisade.Runtime.Tests.Losing.Lost");
        Assert.Contains(all, v => v.Where == "Palisade.Runtime.Tests.IProbe");
    }
}
