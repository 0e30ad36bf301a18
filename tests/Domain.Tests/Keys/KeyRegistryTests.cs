using Palisade.Domain.Keys;

namespace Palisade.Domain.Tests.Keys;

public sealed class KeyRegistryTests
{
    private readonly KeyStory _story = new();

    [Fact]
    public void A_name_is_of_one_key_until_that_is_renamed_or_deleted()
    {
        var registry = KeyRegistry.Apply(new(), new KeyListed("key-a", KeyStory.Spec()));

        Assert.Equal("key.name_taken", registry.Refusal("key-b", KeyStory.Spec(), KeyRegistry.MaxKeys)?.Code);
        Assert.Null(registry.Refusal("key-a", KeyStory.Spec(), KeyRegistry.MaxKeys));
        Assert.Null(
            KeyRegistry
                .Apply(registry, new KeyListed("key-a", KeyStory.Spec() with { Name = "other" }))
                .Refusal("key-b", KeyStory.Spec(), KeyRegistry.MaxKeys)
        );
        Assert.Null(
            KeyRegistry.Apply(registry, new KeyUnlisted("key-a")).Refusal("key-b", KeyStory.Spec(), KeyRegistry.MaxKeys)
        );
    }

    [Fact]
    public void S08_keys_of_an_organization_are_bounded()
    {
        var registry = Enumerable
            .Range(0, KeyRegistry.MaxKeys)
            .Aggregate(
                new KeyRegistry(),
                (r, i) => KeyRegistry.Apply(r, new KeyListed($"key-{i}", KeyStory.Spec() with { Name = $"k{i}" }))
            );

        Assert.Equal("key.limit", registry.Refusal("key-new", KeyStory.Spec(), KeyRegistry.MaxKeys)?.Code);
        Assert.Null(registry.Refusal("key-7", KeyStory.Spec(), KeyRegistry.MaxKeys));
    }

    [Fact]
    public void S15_a_refusal_taken_out_of_a_role_counts_as_granting_to_the_keys_that_hold_it()
    {
        var registry = KeyRegistry.Apply(
            new(),
            new KeyListed("key-a", KeyStory.Spec() with { Roles = [KeyStory.Calm] })
        );
        var calm = _story.Org.Roles[KeyStory.Calm];
        var without = _story.Org with
        {
            Roles = _story.Org.Roles.SetItem(
                calm.Id,
                calm with
                {
                    Policies = [.. calm.Policies.Where(p => !p.IsDeny)],
                }
            ),
        };

        Assert.Equal("access.escalation", registry.CheckRoles(_story.Org, without, _story.By("audi"))?.Code);
        Assert.Null(registry.CheckRoles(_story.Org, without, _story.By("ada")));
        Assert.Null(registry.CheckRoles(_story.Org, _story.Org, _story.By("audi")));
        Assert.Null(new KeyRegistry().CheckRoles(_story.Org, without, _story.By("audi")));
    }

    [Fact]
    public void A_role_that_a_key_holds_stays()
    {
        var registry = KeyRegistry.Apply(
            new(),
            new KeyListed("key-a", KeyStory.Spec() with { Roles = [KeyStory.Calm] })
        );
        var gone = _story.Org with { Roles = _story.Org.Roles.Remove(KeyStory.Calm) };

        Assert.Equal("role.in_use", registry.CheckRoles(_story.Org, gone, _story.By("ada"))?.Code);
        Assert.Null(
            KeyRegistry.Apply(registry, new KeyUnlisted("key-a")).CheckRoles(_story.Org, gone, _story.By("ada"))
        );
    }
}
