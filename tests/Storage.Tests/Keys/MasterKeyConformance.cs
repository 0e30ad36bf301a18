using System.Text;
using Palisade.Storage.Keys;
using Palisade.Storage.Operating;

namespace Palisade.Storage.Tests.Keys;

/// <summary>Export and rotation of the master key.</summary>
public abstract class MasterKeyConformance(IStoreHarness harness) : StoreTest(harness)
{
    private static readonly byte[] Secret = "CANARY-77c1-secret"u8.ToArray();

    protected abstract string KeysFolder { get; }

    /// <summary>Of a store that is closed.</summary>
    protected abstract Task<int> RotateAsync(Action<string> tell);

    private string RingFile => Path.Combine(KeysFolder, MasterKeyRing.FileName);

    private async Task<Domain.Kernel.Sealed> FillAsync()
    {
        await Store.Journal.AppendAsync(Append(Write("rec/acme/n", null)));
        await Store.Objects.PutAsync("acme", "a", new MemoryStream(Secret), 100);
        return await Store.Sealer.SealAsync("app/acme/staging/web", Secret, "env");
    }

    [Fact]
    public async Task S05_After_a_rotation_the_old_key_opens_nothing_and_the_new_one_everything()
    {
        var value = await FillAsync();
        await Store.DisposeAsync();
        var old = await File.ReadAllBytesAsync(RingFile);
        var oldId = Assert.Single(MasterKeyRing.Load(KeysFolder).Ids);

        // Those of the operator's own record, too.
        Assert.True(await RotateAsync(_ => { }) >= 3);

        Assert.NotEqual(oldId, Assert.Single(MasterKeyRing.Load(KeysFolder).Ids));
        await ReopenAsync();
        Assert.Equal(Secret, await Store.Sealer.OpenAsync("app/acme/staging/web", value, "env"));
        Assert.Empty((await StoreVerification.RunAsync(Store)).Faults);
        Assert.All(await Store.Inventory.KeysAsync(), key => Assert.NotEqual(oldId, key.Master));
        await Store.Sealer.SealAsync("org/new", Secret, "c");
        await Store.DisposeAsync();
        var current = await File.ReadAllBytesAsync(RingFile);
        await File.WriteAllBytesAsync(RingFile, old);
        var fault = await Assert.ThrowsAsync<StoreUnusableException>(ReopenAsync);
        Assert.Contains("not the one", fault.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(RingFile, current);
        await ReopenAsync();
    }

    [Fact]
    public async Task S04_A_rotation_is_on_record_with_the_keys_names()
    {
        await FillAsync();
        await Store.DisposeAsync();
        var old = MasterKeyRing.Load(KeysFolder).CurrentId;

        await RotateAsync(_ => { });

        await ReopenAsync();
        var record = Assert.Single(await Store.Journal.SearchAsync(new() { Org = "", Operation = "masterkey.rotate" }));
        Assert.Contains(old, record.Body, StringComparison.Ordinal);
        Assert.Contains(MasterKeyRing.Load(KeysFolder).CurrentId, record.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S05_A_rotation_that_broke_off_loses_nothing_and_the_next_one_ends_it(int steps)
    {
        var value = await FillAsync();
        await Store.DisposeAsync();
        var old = MasterKeyRing.Load(KeysFolder).CurrentId;

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            RotateAsync(_ =>
            {
                if (--steps == 0)
                {
                    throw new OperationCanceledException();
                }
            })
        );

        Assert.Equal(2, MasterKeyRing.Load(KeysFolder).Ids.Count);
        await ReopenAsync();
        Assert.Equal(Secret, await Store.Sealer.OpenAsync("app/acme/staging/web", value, "env"));
        Assert.Empty((await StoreVerification.RunAsync(Store)).Faults);
        await Store.DisposeAsync();
        await RotateAsync(_ => { });
        Assert.NotEqual(old, Assert.Single(MasterKeyRing.Load(KeysFolder).Ids));
        await ReopenAsync();
        Assert.Equal(Secret, await Store.Sealer.OpenAsync("app/acme/staging/web", value, "env"));
    }

    [Fact]
    public async Task Nothing_is_rotated_while_a_server_has_it_open()
    {
        var before = MasterKeyRing.Load(KeysFolder).CurrentId;

        await Assert.ThrowsAsync<StoreUnusableException>(() => RotateAsync(_ => { }));

        Assert.Equal(before, Assert.Single(MasterKeyRing.Load(KeysFolder).Ids));
        Assert.Empty(await Store.Journal.SearchAsync(new() { Org = "", Operation = "masterkey.rotate" }));
    }

    [Fact]
    public async Task S05_An_export_comes_back_with_its_passphrase_only()
    {
        const string Words = "gravel lantern otter 72 plinth";
        var value = await FillAsync();
        await Store.DisposeAsync();
        var (file, ring) = (Path.Combine(KeysFolder, "export.json"), MasterKeyRing.Load(KeysFolder));

        MasterKeyExport.Write(file, ring, Words);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Throws<IOException>(() => MasterKeyExport.Write(file, ring, Words));
        Assert.Throws<StoreUnusableException>(() => MasterKeyExport.Import(file, KeysFolder, Words));
        var key = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(RingFile)).Split("\"key\": \"")[1][..43];
        Assert.DoesNotContain(key, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        File.Delete(RingFile);
        Assert.Contains(
            "passphrase is not that",
            Assert.Throws<StoreUnusableException>(() => MasterKeyExport.Import(file, KeysFolder, Words + "x")).Message,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(RingFile));
        MasterKeyExport.Import(file, KeysFolder, Words);
        await ReopenAsync();
        Assert.Equal(Secret, await Store.Sealer.OpenAsync("app/acme/staging/web", value, "env"));
    }

    [Fact]
    public void S05_A_short_passphrase_and_a_changed_export_are_refused()
    {
        const string Words = "gravel lantern otter 72 plinth";
        var (file, folder) = (Path.Combine(KeysFolder, "export.json"), Path.Combine(KeysFolder, "other"));
        var ring = MasterKeyRing.Load(KeysFolder);

        Assert.Throws<StoreUnusableException>(() => MasterKeyExport.Write(file, ring, "fifteen letters"));
        Assert.False(File.Exists(file));

        MasterKeyExport.Write(file, ring, Words);
        var text = File.ReadAllText(file);
        foreach (
            var changed in (string[])
                [
                    text.Replace("1000000", "1000001", StringComparison.Ordinal),
                    text.Replace("v1", "v2", StringComparison.Ordinal),
                    text.Replace("\"sealed\": \"", "\"sealed\": \"AAAA", StringComparison.Ordinal),
                    "{}",
                    "no json",
                ]
        )
        {
            File.WriteAllText(file, changed);
            Assert.Throws<StoreUnusableException>(() => MasterKeyExport.Import(file, folder, Words));
            Assert.False(MasterKeyRing.Exists(folder));
        }
    }
}
