using System.Text.Json;
using Palisade.Domain.Audit.Changes;

namespace Palisade.Storage.Tests.Journal;

public abstract partial class JournalConformance
{
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
