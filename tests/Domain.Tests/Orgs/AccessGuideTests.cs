using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Domain.Tests.House;

namespace Palisade.Domain.Tests.Orgs;

/// <summary>What docs/guides/access.md shows works as written.</summary>
public sealed class AccessGuideTests : OrgStory
{
    private const string Indent = "    ";
    private const string User = "u0123456789ab";

    [Fact]
    public void The_text_in_the_guide_applies_and_means_what_its_comments_say()
    {
        Given();
        Do(OrgMembers.Add(State, User, [new("Auditor", Selector.AllowAll)], By("ana")));
        var lines = File.ReadAllLines(Path.Combine(WorkingCopy.Root, "docs/guides/access.md"))
            .SkipWhile(line => !line.StartsWith($"{Indent}roles:", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith(Indent, StringComparison.Ordinal));
        var document = AccessReader.Read(string.Join('\n', lines.Select(line => line[Indent.Length..]))).Value;
        var plan = AccessPlanner.Plan(State, document).Value;

        Do(AccessPlanner.Apply(State, document, plan.Hash, By("ana")));

        Assert.Equal(3, plan.Steps.Length);
        Assert.Equal([User], State.In(Assert.Single(State.Groups.Keys)));
        Assert.Empty(State.Members[User].Roles);
        Assert.True(Allows(User, Operations.ReleasePromote, "staging/web"));
        Assert.True(Allows(User, Operations.ReleasePromote, "staging/api"));
        Assert.False(Allows(User, Operations.ReleasePromote, "staging/other"));
        Assert.False(Allows(User, Operations.ReleasePromote, "prod/web"));
        Assert.False(Allows(User, Operations.AppExec, "staging/web"));

        // What a grant leaves out another role may give; a refusal stands before every grant.
        Do(OrgMembers.SetRoles(State, User, [new("OperatorV2", Selector.AllowAll)], By("ana")));
        Assert.True(Allows(User, Operations.AppExec, "staging/web"));
        Do(OrgMembers.SetRoles(State, User, [new("Auditor", Selector.AllowAll)], By("ana")));
        Assert.False(Allows(User, Operations.BillingView, ""));
        Do(OrgMembers.Add(State, "other", [new("Auditor", Selector.AllowAll)], By("ana")));
        Assert.True(Allows("other", Operations.BillingView, ""));
    }
}
