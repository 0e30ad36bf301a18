using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Palisade.Storage.Operating;

/// <summary>
/// Checks all that a store keeps: chains, logs with their checkpoints and who signed them, objects against their
/// digests, data keys. The store must know the events of the domain.
/// </summary>
public static class StoreVerification
{
    public static async Task<VerifyReport> RunAsync(IStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var faults = ImmutableArray.CreateBuilder<StoreFault>();
        var streams = await store.Inventory.StreamsAsync(cancellationToken);
        foreach (var stream in streams)
        {
            if (await store.Journal.VerifyAsync(stream.Stream, cancellationToken) is { } fault)
            {
                faults.Add(new($"{fault.Stream} entry {fault.Seq}", fault.Why));
            }
        }

        var logs = await store.Audit.LogsAsync(cancellationToken);
        foreach (var fault in await store.Audit.VerifyAsync(cancellationToken))
        {
            faults.Add(new($"log of '{fault.Org}' from {fault.Index} on", fault.Why));
        }

        foreach (var org in logs)
        {
            await foreach (var why in CheckpointSignatures.FaultsAsync(store, org, cancellationToken))
            {
                faults.Add(new($"log of '{org}'", why));
            }
        }

        var keys = await store.Inventory.KeysAsync(cancellationToken);
        foreach (var key in keys.Where(key => !key.Opens))
        {
            faults.Add(new($"data key {key.Id} of {key.Scope}", $"the master key {key.Master} does not open it"));
        }

        var objects = await store.Inventory.ObjectsAsync(cancellationToken);
        foreach (var listed in objects)
        {
            if (await FaultOfAsync(store, listed, cancellationToken) is { } why)
            {
                faults.Add(new($"object {listed.Info.Key} of '{listed.Org}'", why));
            }
        }

        return new(streams.Length, logs.Length, keys.Length, objects.Length, faults.ToImmutable());
    }

    private static async Task<string?> FaultOfAsync(
        IStore store,
        ListedObject listed,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var content = await store.Objects.OpenAsync(listed.Org, listed.Info.Key, cancellationToken);
            if (content is null)
            {
                // Deleted since it was listed.
                return null;
            }

            var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            return
                sha256 == listed.Info.Sha256
                || await store.Objects.FindAsync(listed.Org, listed.Info.Key, cancellationToken) != listed.Info
                ? null
                : "its bytes are not those of its digest";
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or CryptographicException)
        {
            return exception is FileNotFoundException or DirectoryNotFoundException
                ? "its file is missing"
                : $"its file does not open: {exception.Message}";
        }
    }
}
