using System.Diagnostics;
using System.Net.Sockets;

namespace Palisade.Driver;

/// <summary>
/// Waiting for something that can only be asked for: with a deadline, and a failure that says what is missing.
/// </summary>
public static class Poll
{
    /// <summary>Asks until the condition holds.</summary>
    /// <exception cref="TimeoutException">The deadline passed; the message names
    /// <paramref name="missing"/>.</exception>
    public static Task UntilAsync(
        Func<Task<bool>> condition,
        TimeSpan deadline,
        string missing,
        TimeSpan? every = null,
        CancellationToken ct = default
    ) => ForAsync(async () => await condition() ? Held : null, deadline, missing, every, ct);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, TimeSpan, string, TimeSpan?, CancellationToken)"/>
    public static Task UntilAsync(
        Func<bool> condition,
        TimeSpan deadline,
        string missing,
        TimeSpan? every = null,
        CancellationToken ct = default
    ) => UntilAsync(() => Task.FromResult(condition()), deadline, missing, every, ct);

    /// <summary>Asks until there is an answer, and gives it.</summary>
    /// <exception cref="TimeoutException">The deadline passed; the message names <paramref name="missing"/> and the
    /// last error.</exception>
    public static async Task<T> ForAsync<T>(
        Func<Task<T?>> ask,
        TimeSpan deadline,
        string missing,
        TimeSpan? every = null,
        CancellationToken ct = default
    )
        where T : class
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await ask() is { } answer)
                {
                    return answer;
                }

                last = null;
            }
            catch (Exception e)
                when (e is IOException or HttpRequestException or SocketException or ConvoxException or TimeoutException
                )
            {
                last = e;
            }

            if (clock.Elapsed > deadline)
            {
                throw new TimeoutException(
                    $"Still missing after {deadline.TotalSeconds:0.#} s: {missing}{(last is null ? "" : $" (last error: {last.Message})")}",
                    last
                );
            }

            await Task.Delay(every ?? TimeSpan.FromMilliseconds(50), ct);
        }
    }

    private static readonly object Held = new();
}
