using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Domain.Tests.Users;

public sealed class TokensTests
{
    [Theory]
    [InlineData(TokenKind.Cli, "plt_")]
    [InlineData(TokenKind.DeployKey, "plk_")]
    [InlineData(TokenKind.Rack, "plr_")]
    [InlineData(TokenKind.Session, "pls_")]
    [InlineData(TokenKind.Invite, "pli_")]
    public void S10_a_token_has_its_prefix_a_fixed_length_and_a_checksum(TokenKind kind, string prefix)
    {
        foreach (
            var random in new[]
            {
                new byte[32],
                [.. Enumerable.Repeat((byte)255, 32)],
                RandomNumberGenerator.GetBytes(32),
            }
        )
        {
            var token = Tokens.Create(kind, random).Reveal();

            Assert.StartsWith(prefix, token);
            Assert.Equal(Tokens.Length, token.Length);
            Assert.True(Tokens.TryParse(token, out var parsed));
            Assert.Equal(kind, parsed);
            Assert.Equal(token, Uri.EscapeDataString(token));
            Assert.Equal(token, Regex.Match($"password: {token}\"", Tokens.ScannerPattern).Value);
        }
    }

    [Fact]
    public void S10_the_form_never_changes() =>
        Assert.Equal(
            "plt_0007k2mqtmXvYGlB6bT2wUZN4Ns4bWxOQCUZ2U0Hfiv"[..4],
            Tokens.Create(TokenKind.Cli, new byte[32]).Reveal()[..4]
        );

    [Fact]
    public void S10_every_single_typing_error_is_noticed_without_a_look_up()
    {
        var token = Tokens.Create(TokenKind.Cli, RandomNumberGenerator.GetBytes(32)).Reveal();

        for (var i = 0; i < token.Length; i++)
        {
            foreach (var c in "0aZ_%-")
            {
                var wrong = token[..i] + c + token[(i + 1)..];
                Assert.Equal(wrong == token, Tokens.TryParse(wrong, out _));
            }
        }

        Assert.False(Tokens.TryParse(token[..^1], out _));
        Assert.False(Tokens.TryParse(token + "0", out _));
        Assert.False(Tokens.TryParse("", out _));
        Assert.False(Tokens.TryParse(null, out _));
    }

    [Fact]
    public void S10_what_is_stored_is_the_SHA256_in_lower_case_hex()
    {
        // FIPS 180-2, appendix B.1.
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            Tokens.Hash(new Sensitive<string>("abc"))
        );
    }

    [Fact]
    public void Too_little_randomness_is_a_bug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokens.Create(TokenKind.Cli, new byte[16]));
}
