using Palisade.Domain.Kernel;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>
/// Somebody who places items and looks at them through any node, and sends again what was not answered, under its key.
/// </summary>
internal sealed class Client(World world, Cluster cluster, Promises promises, int number)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Place _place = new(world);

    public bool Done { get; private set; }

    public void Begin() => _place.In(TimeSpan.Zero, () => _ = WorkAsync());

    private async Task WorkAsync()
    {
        var items = world.Random.Next(3, 7);
        for (var i = 0; i < items; i++)
        {
            var (org, name) = world.One(Story.Ledgers);
            var item = $"{number}.{i}.{world.Random.Next(4)}";
            promises.Placed(org, name, item, await PlaceAsync(org, name, item));
            if (world.Chance(0.5))
            {
                await LookAsync(org, name);
            }

            if (world.Chance(0.15))
            {
                await TryAsync(org, name, ledger => ledger.CancelAsync(item));
            }

            await Task.Delay(world.Between(0, 4), _place.Clock);
        }

        Done = true;
    }

    private async Task<int> PlaceAsync(string org, string name, string item)
    {
        while (true)
        {
            var answer = await TryAsync(org, name, ledger => ledger.PlaceAsync(item, new(item, "same")));
            if (answer is { Ok: true })
            {
                return answer.Value.Value;
            }

            await Task.Delay(world.Between(0.05, 1), _place.Clock);
        }
    }

    /// <summary>What was acknowledged before the look began is seen by it, on whatever node.</summary>
    private async Task LookAsync(string org, string name)
    {
        var known = promises.Of(org, name);
        if (await TryAsync(org, name, async ledger => Result.Of(await ledger.ItemsAsync())) is { } seen)
        {
            promises.Seen(known, seen.Value);
        }
    }

    /// <summary>Null when nobody answered.</summary>
    private async Task<Result<T>?> TryAsync<T>(string org, string name, Func<LedgerGrain, Task<Result<T>>> ask)
    {
        var answer = new TaskCompletionSource<Result<T>?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var node = cluster.Any();
        node.Place.In(world.Between(0, 0.01), () => _ = AskAsync());
        _place.In(Patience, () => answer.TrySetResult(null));
        return await answer.Task;

        async Task AskAsync()
        {
            Result<T>? given = null;
            try
            {
                using var turn = await node.TurnAsync(org, name);
                given = await ask(turn.Ledger);
            }
            catch (IOException)
            {
                // A failure of the request (500): nobody knows what became of it.
            }

            _place.In(world.Between(0, 0.01), () => answer.TrySetResult(given));
        }
    }
}
