using System.Collections.Immutable;
using Palisade.Domain.Racks;
using Palisade.Web.Components.Racks.Detail;

namespace Palisade.Browser.Tests;

public sealed class ParameterPlanTests
{
    private static readonly ImmutableDictionary<string, ParameterCeiling> Ceilings = ImmutableDictionary<
        string,
        ParameterCeiling
    >.Empty.Add("DiskLimit", new ParameterCeiling(20_000, "LocalRacks__MaxDiskLimit"));

    private static readonly RackState Prod = new()
    {
        Id = "1",
        Org = "acme",
        Name = "prod",
        Provider = "local",
        Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("LogRetention", "30"),
    };

    [Theory]
    [InlineData("BuildMemory", "4096", "Set BuildMemory to 4096 on acme/prod", null)]
    [InlineData("LogRetention", "3", "Set LogRetention to 3 on acme/prod", "older lines are deleted")]
    [InlineData("LogRetention", "31", "Set LogRetention to 31 on acme/prod", null)]
    [InlineData("DiskLimit", " 00900 ", "Set DiskLimit to 900 on acme/prod", "processes that are over it")]
    public void What_would_change_is_said_with_its_risk(string name, string value, string deed, string? risk)
    {
        var plan = Plan((name, value));

        Assert.Equal((true, deed), (plan.IsPossible, plan.Deed));
        Assert.Equal(risk, plan.Changes[0].Risk?[..risk!.Length]);
    }

    [Theory]
    [InlineData("LogRetention", "30")]
    [InlineData("LogRetention", "030")]
    [InlineData("BuildCpu", "1000")]
    [InlineData("Unknown", "1")]
    public void What_is_so_already_or_is_no_parameter_is_no_change(string name, string value)
    {
        var plan = Plan((name, value));

        Assert.Equal((0, 0, false), (plan.Changes.Length, plan.Problems.Count, plan.IsPossible));
    }

    [Fact]
    public void Each_bad_value_has_its_own_problem_and_nothing_can_be_applied()
    {
        var plan = Plan(("BuildCpu", "500"), ("BuildMemory", "<b>"), ("DiskLimit", "20001"));

        Assert.False(plan.IsPossible);
        Assert.Equal(["BuildMemory", "DiskLimit"], plan.Problems.Keys);
        Assert.Contains("at most 20000 on this installation", plan.Problems["DiskLimit"], StringComparison.Ordinal);
    }

    [Fact]
    public void It_begins_from_what_is_in_force_for_what_it_changes()
    {
        var plan = Plan(("BuildCpu", "500"), ("LogRetention", "3"), ("BuildMemory", "2048"));

        Assert.Equal("Set 2 parameters of acme/prod", plan.Deed);
        Assert.Equal("convox rack params set BuildCpu=500 LogRetention=3 -r acme/prod", plan.Command);
        Assert.Equal(["BuildCpu=1000", "LogRetention=30"], plan.From.Select(p => $"{p.Key}={p.Value}"));
        Assert.Equal(["BuildCpu=500", "LogRetention=3"], plan.To.Select(p => $"{p.Key}={p.Value}"));
    }

    private static ParameterPlan Plan(params (string Name, string Value)[] asked) =>
        ParameterPlan.Of(Prod, asked.ToDictionary(a => a.Name, a => a.Value), Ceilings);
}
