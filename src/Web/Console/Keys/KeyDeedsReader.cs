using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Web.Console.Keys;

/// <summary>Reads what deploy keys did, for who may know: they were asked before.</summary>
internal sealed class KeyDeedsReader(IJournal journal, IPersonalData people, IStore store, IAuditLog log)
{
    private const int MaxActs = 1_000;

    public async Task<KeyDeeds> OfAsync(string org, Principal key, CancellationToken cancellationToken)
    {
        var found = await journal.SearchAsync(
            new EntryFilter
            {
                Org = org,
                ActorId = key.Id,
                Limit = MaxActs,
            },
            cancellationToken
        );
        var acts = ImmutableArray.CreateBuilder<KeyAct>();
        foreach (var entry in found.Where(entry => IsItsOwn(entry.Operation)))
        {
            acts.Add(await KeyAct.OfAsync(entry, people, cancellationToken));
        }

        var checkpoint = await log.CheckpointAsync(org, null, cancellationToken);
        return new(
            acts.ToImmutable(),
            More: found.Length == MaxActs,
            await UsesAsync(org, key, cancellationToken),
            checkpoint?.Note.ToString()
        );
    }

    // Reads are counted and not recorded, and the records above are bounded: the totals are of everything.
    private async Task<ImmutableArray<KeyUse>> UsesAsync(string org, Principal key, CancellationToken cancellationToken)
    {
        await store.Usage.FlushAsync(cancellationToken);
        return
        [
            .. (await store.History.ReadAsync(org, DateTimeOffset.UnixEpoch, key, cancellationToken))
                .Where(use => IsItsOwn(use.Operation))
                .Select(use => new KeyUse(use.Operation, use.Resource, use.Allowed, use.Count, use.Last)),
        ];
    }

    // Its use is metered and its leak reported in its name, by others.
    private static bool IsItsOwn(string operation) =>
        operation != Operations.KeyUse.Name && operation != Operations.KeyReport.Name;
}
