using Palisade.Domain.Access;
using Palisade.Web.Components.Roles;

namespace Palisade.Web.Tests.Components;

public sealed class MatrixRowTests
{
    [Fact]
    public void What_is_left_out_of_everything_is_not_said_to_be_refused_where_its_own_line_allows_it()
    {
        var role = new Role
        {
            Id = "role-0123456789ab",
            Name = "Web only",
            Policies =
            [
                Policy.Deny(ResourceType.AllResources, Policy.Write),
                Policy.Allow(ResourceType.Application, Policy.Write, Selector.Name("web")),
            ],
        };

        var write = Assert.Single(MatrixRow.Of(role), row => row.Type == ResourceType.Application).Write;

        var promote = Assert.Single(write, group => group.Operations.Contains(Operations.ReleasePromote));
        Assert.DoesNotContain("refused", promote.Says, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("llowed on web", promote.Says, StringComparison.Ordinal);
    }
}
