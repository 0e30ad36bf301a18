using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Domain.Tests.Users;

public sealed class PasswordTests
{
    private static readonly byte[] Salt = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [Fact]
    public void A_hash_matches_its_password_only()
    {
        var hash = PasswordHash.Create(new("correct horse"), Salt, PasswordHash.MinIterations);

        Assert.True(hash.Matches(new("correct horse")));
        Assert.False(hash.Matches(new("correct horse ")));
        Assert.False(hash.Matches(new("")));
        Assert.DoesNotContain(hash.Hash, hash.ToString());
        Assert.False(hash.IsWeakerThan(PasswordHash.MinIterations));
        Assert.True(hash.IsWeakerThan(PasswordHash.MinIterations + 1));
    }

    [Fact]
    public void A_hash_that_was_weakened_or_broken_matches_nothing()
    {
        var hash = PasswordHash.Create(new("correct horse"), Salt, PasswordHash.MinIterations);

        Assert.False((hash with { Iterations = 1 }).Matches(new("correct horse")));
        Assert.False((hash with { Algorithm = "md5" }).Matches(new("correct horse")));
        Assert.False((hash with { Salt = "" }).Matches(new("correct horse")));
        Assert.False((hash with { Salt = "?" }).Matches(new("correct horse")));
        Assert.False((hash with { Hash = "" }).Matches(new("correct horse")));
        Assert.False((hash with { Hash = hash.Hash[..40] }).Matches(new("correct horse")));
        Assert.False((hash with { Iterations = int.MaxValue }).Matches(new("correct horse")));
        Assert.False(PasswordHash.Decoy(PasswordHash.MinIterations).Matches(new("")));
    }

    [Fact]
    public void Too_few_rounds_or_too_little_salt_is_a_bug()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            PasswordHash.Create(new("x"), Salt, PasswordHash.MinIterations - 1)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            PasswordHash.Create(new("x"), Salt.AsSpan(0, 15), PasswordHash.MinIterations)
        );
    }

    [Theory]
    [InlineData("short", "password.too_short")]
    [InlineData("elevenchars", "password.too_short")]
    [InlineData("password1234", "password.too_common")]
    [InlineData("P@ssw0rd!2024", "password.too_common")]
    [InlineData("passwordpassword", "password.too_common")]
    [InlineData("Welcome12345!", "password.too_common")]
    [InlineData("aaaaaaaaaaaa", "password.too_common")]
    [InlineData("abcabcabcabc", "password.too_common")]
    [InlineData("qwertyuiopas", "password.too_common")]
    [InlineData("098765432109", "password.too_common")]
    [InlineData("1q2w3e4r5t6y", "password.too_common")]
    [InlineData("ana.lopez2024", "password.too_common")]
    [InlineData("ana.lopez@example.com", "password.too_common")]
    [InlineData("1qaz2wsx3edc4rfv", "password.too_common")]
    [InlineData("FinalFantasy", "password.too_common")]
    [InlineData("dragon-2019-09!", "password.too_common")]
    [InlineData("##michael1985##", "password.too_common")]
    [InlineData("monkeydragon", "password.too_common")]
    [InlineData("lópez1234567", "password.too_common")]
    [InlineData("Blue-Harbour1!", "password.too_common")]
    [InlineData("harbour12345", "password.too_common")]
    [InlineData("the blue harbour at night, with ships", null)]
    [InlineData("green tractor 9 sings", null)]
    [InlineData("kV8#mp2!qLz0", null)]
    public void A_password_is_long_and_not_a_common_one(string password, string? code)
    {
        Assert.True(EmailAddress.TryParse("ana.lopez@example.com", out var email));

        var problem = PasswordPolicy.Check(new(password), email.Value, "Ana María López", "blue-harbour");

        Assert.Equal(code, problem?.Code);
        Assert.DoesNotContain(password, problem?.Text ?? "");
    }

    [Fact]
    public void A_password_of_a_megabyte_is_refused_before_any_work() =>
        Assert.Equal("password.too_long", PasswordPolicy.Check(new(new string('x', 1 << 20)))?.Code);

    [Theory]
    [InlineData(" Ana@Example.COM ", "ana@example.com")]
    [InlineData("a.b+tag@x-y.org", "a.b+tag@x-y.org")]
    [InlineData("root@localhost", "root@localhost")]
    [InlineData("", null)]
    [InlineData("ana", null)]
    [InlineData("@example.com", null)]
    [InlineData("ana@", null)]
    [InlineData("a@b@c.org", null)]
    [InlineData("a b@c.org", null)]
    [InlineData("a..b@c.org", null)]
    [InlineData("ana@-c.org", null)]
    [InlineData("ana@c.org\n", "ana@c.org")]
    [InlineData("ana@c\u0131.org", null)]
    public void An_address_has_one_normal_form(string text, string? normal)
    {
        Assert.Equal(normal is not null, EmailAddress.TryParse(text, out var address));
        if (normal is not null)
        {
            Assert.Equal(normal, address.Value);
            Assert.DoesNotContain(normal, address.ToString());
        }
    }
}
