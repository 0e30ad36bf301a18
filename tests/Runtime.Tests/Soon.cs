namespace Palisade.Runtime.Tests;

internal static class Soon
{
    /// <summary>Awaits the task with a deadline that names what is missing.</summary>
    public static async Task<T> Ends<T>(this Task<T> task, string what)
    {
        await ((Task)task).Ends(what);
        return await task;
    }

    /// <inheritdoc cref="Ends{T}"/>
    public static async Task Ends(this Task task, string what, TimeSpan? within = null)
    {
        if (await Task.WhenAny(task, Task.Delay(within ?? TimeSpan.FromSeconds(20))) != task)
        {
            throw new TimeoutException($"{what} did not end within {within ?? TimeSpan.FromSeconds(20)}.");
        }

        await task;
    }

    /// <summary>Polls until the condition holds.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        var deadline = Environment.TickCount64 + 20_000;
        while (!condition())
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new TimeoutException($"Not within 20 s: {what}");
            }

            await Task.Delay(5);
        }
    }
}
