using System.Security.Cryptography;

namespace Palisade.Storage.Tests.Keys;

public abstract class SealerConformance(IStoreHarness harness) : StoreTest(harness)
{
    [Fact]
    public async Task What_was_sealed_opens_in_its_place_only()
    {
        var value = await Store.Sealer.SealAsync("app/acme/s/web", "secret"u8.ToArray(), "app/acme/s/web@3");

        Assert.Equal("secret"u8.ToArray(), await Store.Sealer.OpenAsync("app/acme/s/web", value, "app/acme/s/web@3"));
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() =>
            Store.Sealer.OpenAsync("app/acme/s/web", value, "app/acme/s/web@4")
        );
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() =>
            Store.Sealer.OpenAsync("app/acme/s/api", value, "app/acme/s/web@3")
        );
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() =>
            Store.Sealer.OpenAsync("app/acme/s/web", value with { KeyId = "dk_none" }, "app/acme/s/web@3")
        );
        for (var i = 0; i < value.Ciphertext.Length; i++)
        {
            var bytes = value.Ciphertext.ToArray();
            bytes[i] ^= 1;
            await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() =>
                Store.Sealer.OpenAsync("app/acme/s/web", value with { Ciphertext = bytes }, "app/acme/s/web@3")
            );
        }
    }

    [Fact]
    public async Task Sealing_twice_gives_different_bytes_and_survives_a_restart()
    {
        var one = await Store.Sealer.SealAsync("org/acme", "x"u8.ToArray(), "c");
        var two = await Store.Sealer.SealAsync("org/acme", "x"u8.ToArray(), "c");
        Assert.NotEqual(one.Nonce, two.Nonce);
        Assert.NotEqual(one.Ciphertext, two.Ciphertext);

        await ReopenAsync();

        Assert.Equal("x"u8.ToArray(), await Store.Sealer.OpenAsync("org/acme", one, "c"));
        Assert.Equal(one.KeyId, (await Store.Sealer.SealAsync("org/acme", "y"u8.ToArray(), "c")).KeyId);
    }

    [Fact]
    public async Task S19_Fingerprints_are_equal_for_equal_values_of_one_scope_only()
    {
        var one = await Store.Sealer.FingerprintAsync("app/a", "v"u8.ToArray());

        Assert.Matches("^[0-9a-f]{32}$", one);
        Assert.Equal(one, await Store.Sealer.FingerprintAsync("app/a", "v"u8.ToArray()));
        Assert.NotEqual(one, await Store.Sealer.FingerprintAsync("app/b", "v"u8.ToArray()));
        Assert.NotEqual(one, await Store.Sealer.FingerprintAsync("app/a", "w"u8.ToArray()));
        Assert.False(Convert.ToHexStringLower(SHA256.HashData("v"u8)).StartsWith(one, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_first_uses_of_a_scope_agree_on_one_key()
    {
        var values = await Task.WhenAll(
            Enumerable
                .Range(0, 32)
                .Select(i => Task.Run(() => Store.Sealer.SealAsync("org/new", new[] { (byte)i }, "c")))
        );

        Assert.Single(values.Select(value => value.KeyId).Distinct());
    }
}
