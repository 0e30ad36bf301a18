using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Tests.Journal;

public abstract partial class JournalConformance
{
    /// <summary>The exact body that was written before there were changes.</summary>
    private static readonly string Old = string.Concat(
        """{"org":"acme","stream":"app/acme/staging/web","seq":1,"version":2,"at":"AT",""",
        "\"actor\":{\"kind\":\"System\",\"id\":\"system\",\"name\":\"system\",\"signIn\":\"job\"},\"ip\":\"local\",",
        "\"client\":\"palisade\",\"requestId\":\"0123456789ab\",\"operation\":\"app.env.set\",",
        "\"resource\":{\"type\":\"Application\",\"name\":\"staging/web\"},\"result\":\"ok\",\"details\":{\"keys\":\"A\"},",
        "\"event\":{\"name\":\"test.counted\",\"version\":1,\"data\":{\"value\":7}}}"
    );

    [Fact]
    public async Task An_entry_without_changes_has_the_bytes_and_the_hash_that_it_ever_had()
    {
        var draft = Entry(new Counted(7)) with
        {
            Caller = Ada with
            {
                Principal = Principal.System,
                SignIn = "job",
                CredentialId = null,
                Ip = "local",
                Client = "palisade",
            },
            Details = ImmutableSortedDictionary<string, string>.Empty.Add("keys", "A"),
        };
        await Store.Journal.AppendAsync(Append(Write("app/acme/staging/web", 0, draft)));

        var entry = Assert.Single(await EntriesAsync("app/acme/staging/web"));

        var at = entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var body = Old.Replace("AT", at, StringComparison.Ordinal);
        Assert.Equal(body, entry.Body);
        var genesis = SHA256.HashData("app/acme/staging/web"u8);
        Assert.Equal(SHA256.HashData([.. genesis, .. Encoding.UTF8.GetBytes(body)]), entry.Hash);
    }

    [Fact]
    public async Task Changes_are_in_the_bytes_that_are_hashed_and_entries_without_any_are_as_they_were()
    {
        var changes = ChangeSet.Of("locked", "no", "yes");
        await Store.Journal.AppendAsync(
            Append(Write("app/acme/staging/web", 0, Entry(), Entry() with { Changes = changes }))
        );

        var entries = await EntriesAsync("app/acme/staging/web");

        Assert.DoesNotContain("changes", entries[0].Body, StringComparison.Ordinal);
        Assert.Contains(
            """ "changes":[{"path":"locked","kind":"changed","before":"no","after":"yes"}] """.Trim(),
            entries[1].Body,
            StringComparison.Ordinal
        );
        using var body = JsonDocument.Parse(entries[1].Body);
        Assert.Equal(changes.Items.AsEnumerable(), ChangeJson.Read(body.RootElement).Items);
        Assert.Null(await Store.Journal.VerifyAsync(new("app/acme/staging/web")));
    }
}
