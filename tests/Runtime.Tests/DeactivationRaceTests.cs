using System.Collections.Concurrent;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Palisade.Runtime.Tests;

public sealed class DeactivationRaceTests
{
    [Fact]
    public async Task No_call_is_lost_or_run_on_a_dead_activation()
    {
        const int calls = 100_000;
        const int keys = 16;
        const int callers = 32;
        var seed = Environment.TickCount;
        Mortal.Reset(seed);
        await using var host = new TestHost(new BuiltInGrainOptions { MaxActivations = 12 }, null, null, typeof(Mortal));

        var answers = 0;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(seed + caller);

            // Some references live long, some are made per call.
            var references = Enumerable.Range(0, keys).Select(k => host.Get<IMortal>($"k{k}")).ToArray();
            for (var i = 0; i < calls / callers; i++)
            {
                var key = random.Next(keys);
                var grain = random.Next(4) == 0 ? host.Get<IMortal>($"k{key}") : references[key];
                await grain.Work(random.Next(50) == 0, random.Next(3));
                Interlocked.Increment(ref answers);
            }
        }))).Ends($"the calls (seed {seed}; {Volatile.Read(ref answers)} of {calls} answered)", TimeSpan.FromSeconds(120));

        Assert.True(Mortal.Faults.IsEmpty, $"seed {seed}: {string.Join(", ", Mortal.Faults.Distinct())}");
        Assert.Equal(calls, answers);
        Assert.Equal(calls, Mortal.Worked);
        Assert.True(Mortal.Deaths > 500, $"seed {seed}: only {Mortal.Deaths} deactivations");
    }

    internal interface IMortal : IGrainWithStringKey
    {
        Task Work(bool leave, int yields);
    }

    internal sealed class Mortal : Grain, IMortal
    {
        public static readonly ConcurrentQueue<string> Faults = new();
        public static int Worked;
        public static int Deaths;
        private static readonly ConcurrentDictionary<string, int> Alive = new();
        private bool _dead;
        private int _inside;

        public static void Reset(int seed)
        {
            Console.WriteLine($"seed {seed}");
            Faults.Clear();
            Alive.Clear();
            (Worked, Deaths) = (0, 0);
        }

        public override async Task OnActivateAsync(CancellationToken cancellationToken)
        {
            if (Alive.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, n) => n + 1) != 1)
            {
                Faults.Enqueue("two activations of one grain");
            }

            await Task.Yield();
        }

        public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            if (_inside != 0)
            {
                Faults.Enqueue("deactivated during a turn");
            }

            _dead = true;
            await Task.Yield();
            Interlocked.Increment(ref Deaths);
            Alive.AddOrUpdate(this.GetPrimaryKeyString(), 0, (_, n) => n - 1);
        }

        public async Task Work(bool leave, int yields)
        {
            if (Interlocked.Increment(ref _inside) != 1)
            {
                Faults.Enqueue("two turns at once");
            }

            if (leave)
            {
                DeactivateOnIdle();
            }

            for (var i = 0; i < yields; i++)
            {
                // Away from the activation's scheduler and back: it has nothing to do meanwhile and may look for what comes next.
                await Task.Run(static () => { });
            }

            if (_dead)
            {
                Faults.Enqueue("a turn on a dead activation");
            }

            Interlocked.Increment(ref Worked);
            Interlocked.Decrement(ref _inside);
        }
    }
}
