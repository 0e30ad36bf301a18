namespace Palisade.Grains.Tests.Hosting;

/// <summary>Waits for something to become true, and says what it was when it did not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    public static async Task<T> Of<T>(Func<Task<T>> look, Func<T, bool> wanted, string what)
    {
        using var deadline = new CancellationTokenSource(Within);
        while (true)
        {
            var seen = await look();
            if (wanted(seen))
            {
                return seen;
            }

            if (deadline.IsCancellationRequested)
            {
                Assert.Fail($"After {Within.TotalSeconds} s still not: {what}. Last seen: {seen}");
            }

            await Task.Delay(10);
        }
    }

    public static Task True(Func<bool> look, string what) =>
        Of(() => Task.FromResult(look()), static seen => seen, what);
}
