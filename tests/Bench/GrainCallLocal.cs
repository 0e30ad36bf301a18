using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Palisade.Silo.Hosting;

namespace Palisade.Bench;

/// <summary>
/// <c>grain.call.local</c>: calls of one grain per second, over asks of a mailbox made of a plain
/// <see cref="Channel{T}"/> and a reader loop.
/// </summary>
internal static class GrainCallLocal
{
    /// <summary>
    /// One interleaved round; ops/s as the geometric mean of sequential asks and of 32 callers that ask at once.
    /// </summary>
    public static async Task<(double ours, double reference)> RoundAsync(int operations = 400_000)
    {
        var detailed = await DetailedAsync(operations);
        return (
            Math.Sqrt(detailed.OursSequential * detailed.OursPipelined),
            Math.Sqrt(detailed.ReferenceSequential * detailed.ReferencePipelined)
        );
    }

    /// <summary>The four rates, in ops/s.</summary>
    public static async Task<(
        double OursSequential,
        double ReferenceSequential,
        double OursPipelined,
        double ReferencePipelined
    )> DetailedAsync(int operations)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLoneSilo();
        using var host = builder.Build();
        await host.StartAsync();
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IAdder>("bench");
        var mailbox = new Mailbox();

        // Warm both up, tiered compilation included, before either is measured.
        foreach (var callers in (ReadOnlySpan<int>)[1, 32, 1, 32])
        {
            Rate(callers, operations / 8, grain.Add);
            Rate(callers, operations / 8, mailbox.Add);
        }

        var referenceSequential = Rate(1, operations, mailbox.Add);
        var oursSequential = Rate(1, operations, grain.Add);
        var oursPipelined = Rate(32, operations, grain.Add);
        var referencePipelined = Rate(32, operations, mailbox.Add);
        mailbox.Complete();
        await host.StopAsync();
        return (oursSequential, referenceSequential, oursPipelined, referencePipelined);
    }

    private static double Rate(int callers, int operations, Func<int, Task<long>> add)
    {
        var each = operations / callers;
        var watch = Stopwatch.StartNew();
        Task.WaitAll(
            Enumerable
                .Range(0, callers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < each; i++)
                        {
                            await add(1);
                        }
                    })
                )
        );
        return each * callers / watch.Elapsed.TotalSeconds;
    }

    internal interface IAdder : IGrainWithStringKey
    {
        Task<long> Add(int number);
    }

    internal sealed class Adder : Grain, IAdder
    {
        private long _sum;

        public Task<long> Add(int number) => Task.FromResult(_sum += number);
    }

    /// <summary>
    /// The least that an actor's ask can be: no directory, no activation, no turns that await, no time-out, no
    /// cancellation.
    /// </summary>
    private sealed class Mailbox
    {
        private readonly Channel<Ask> _asks = Channel.CreateUnbounded<Ask>(
            new UnboundedChannelOptions { SingleReader = true }
        );
        private long _sum;

        public Mailbox() => _ = Task.Run(Read);

        public Task<long> Add(int number)
        {
            var ask = new Ask(number);
            _asks.Writer.TryWrite(ask);
            return ask.Answer.Task;
        }

        public void Complete() => _asks.Writer.Complete();

        private async Task Read()
        {
            await foreach (var ask in _asks.Reader.ReadAllAsync())
            {
                ask.Answer.SetResult(_sum += ask.Number);
            }
        }
    }

    private sealed class Ask(int number)
    {
        public int Number { get; } = number;

        public TaskCompletionSource<long> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
