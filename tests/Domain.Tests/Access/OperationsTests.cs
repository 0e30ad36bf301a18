using System.Text.RegularExpressions;
using Palisade.Domain.Access;

namespace Palisade.Domain.Tests.Access;

public sealed partial class OperationsTests
{
    [Fact]
    public void The_table_is_what_was_reviewed()
    {
        var lines = Operations.All.Select(o =>
        {
            var flags = string.Concat(
                o.AdminOnly ? " admin-only" : "",
                o.Reveal ? " reveals" : "",
                o.Enters ? " enters" : "",
                o.Lists ? " lists" : "",
                o.StepUp ? " step-up" : ""
            );
            return $"{o.Name} | {o.Type}:{o.Level} | {o.Scope}{flags} | {o.Description}";
        });

        Snapshot.Matches(string.Join('\n', lines) + "\n", "Operations.snapshot.txt");
    }

    [Fact]
    public void Names_are_unique_and_well_formed_and_found_again()
    {
        Assert.All(Operations.All, o => Assert.Matches(NamePattern(), o.Name));
        Assert.All(Operations.All, o => Assert.Same(o, Operations.Find(o.Name)));
        Assert.Equal(Operations.All.Length, Operations.All.Select(o => o.Name).Distinct().Count());
        Assert.Null(Operations.Find("app.launch"));
        Assert.Null(Operations.Find(null));
    }

    [Fact]
    public void The_table_fits_the_set_that_decisions_are_made_with() => Assert.InRange(Operations.All.Length, 1, 256);

    [Fact]
    public void Type_and_scope_agree()
    {
        Assert.All(
            Operations.All,
            o =>
                Assert.Equal(
                    o.Type == ResourceType.None,
                    o.Scope is OperationScope.System or OperationScope.Installation or OperationScope.Account
                )
        );
        Assert.DoesNotContain(Operations.All, o => o.Type == ResourceType.AllResources);
        Assert.All(
            Operations.All.Where(o => o.Reveal && o.Type == ResourceType.Application),
            o => Assert.Equal(AccessLevel.Write, o.Level)
        );
    }

    [Fact]
    public void S19_environment_values_are_shown_to_Application_Write_and_their_names_to_Read()
    {
        Assert.Equal(("Application:Write", true), (Operations.AppEnvReveal.Permission, Operations.AppEnvReveal.Reveal));
        Assert.Equal(("Application:Read", false), (Operations.AppEnvGet.Permission, Operations.AppEnvGet.Reveal));
        Assert.False(Operations.ReleaseGet.Reveal || Operations.ReleaseList.Reveal);
    }

    [Fact]
    public void S24_privileged_runs_and_shells_on_instances_are_the_Administrators_only() =>
        Assert.True(
            Operations.ProcessRunPrivileged.AdminOnly
                && Operations.InstanceShell.AdminOnly
                && Operations.RecordingRead.AdminOnly
        );

    [Fact]
    public void S16_what_a_job_carries_is_found_again_from_its_text()
    {
        var (operation, resource) = (
            Operations.ReleasePromote,
            Resource.Of(new Kernel.AppRef(new("acme", "staging"), "web"))
        );

        Assert.Same(operation, Operations.Find(operation.Name));
        Assert.True(Resource.TryParse(resource.ToString(), out var read));
        Assert.Equal(resource, read);
    }

    [Fact]
    public void Every_resource_type_has_an_operation()
    {
        var types = Enum.GetValues<ResourceType>().Except([ResourceType.None, ResourceType.AllResources]);

        Assert.Equal(
            types.Order(),
            Operations.All.Select(o => o.Type).Where(t => t != ResourceType.None).Distinct().Order()
        );
    }

    [GeneratedRegex(@"\A[a-z]+(\.[a-z]+){0,2}\z")]
    private static partial Regex NamePattern();
}
