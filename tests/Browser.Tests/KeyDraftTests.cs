using Palisade.Domain.Access;
using Palisade.Domain.Keys;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Keys;

namespace Palisade.Browser.Tests;

public sealed class KeyDraftTests
{
    public static TheoryData<DeployKeySpec> Specs { get; } =
    [
        new() { Name = "all", Racks = Selector.AllowAll },
        new()
        {
            Name = "some",
            Racks = Selector.Name("staging"),
            Apps = Selector.List("web", "staging/api"),
            Roles = ["role-1", "role-2"],
            Narrow = true,
            Networks = ["10.0.0.0/8", "2001:db8::/32"],
            UseLimit = 12,
            Expires = new DateTimeOffset(2027, 3, 4, 5, 6, 7, TimeSpan.Zero),
        },
        new()
        {
            Name = "matched",
            Racks = Selector.Regex("stag.*"),
            Apps = Selector.Regex("web|api"),
            Expires = new DateTimeOffset(2027, 3, 4, 0, 0, 0, TimeSpan.Zero),
        },
    ];

    [Theory]
    [MemberData(nameof(Specs))]
    public void What_a_key_is_comes_back_from_its_form_as_it_was(DeployKeySpec spec) =>
        Assert.Equal(spec, KeyDraft.Of(spec).ToSpec());

    [Theory]
    [InlineData("", null)]
    [InlineData("2027-03-04", "2027-03-05T00:00:00Z")]
    public void A_key_works_to_the_end_of_its_last_day(string day, string? expires) =>
        Assert.Equal(
            expires is null ? null : DateTimeOffset.Parse(expires, null),
            (KeyDraft.Empty with { LastDay = day }).ToSpec()!.Expires
        );

    [Theory]
    [InlineData("many", "")]
    [InlineData("1.5", "")]
    [InlineData("", "soon")]
    [InlineData("", "2027-02-30")]
    public void What_is_no_number_or_no_day_is_not_guessed_at(string uses, string day) =>
        Assert.Null((KeyDraft.Empty with { UseLimit = uses, LastDay = day }).ToSpec());

    [Fact]
    public void Where_nothing_was_chosen_nothing_is_granted()
    {
        Assert.Equal(Selector.DenyAll, KeyDraft.Empty.ToSpec()!.Racks);
        Assert.Equal(Selector.DenyAll, new SelectorDraft(ReachKind.Pattern, " ").ToSelector());
    }

    [Fact]
    public void Names_are_parted_by_spaces_and_commas_and_named_once() =>
        Assert.Equal(Selector.List("a", "b", "c"), new SelectorDraft(ReachKind.Named, " a, b\nc,a ").ToSelector());
}
