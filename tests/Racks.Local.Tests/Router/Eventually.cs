using System.Diagnostics;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>Waits for a condition, and says which one when it does not come.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, int seconds = 20)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"Not within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }
}
