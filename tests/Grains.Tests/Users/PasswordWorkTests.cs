using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;

namespace Palisade.Grains.Tests.Users;

public sealed class PasswordWorkTests
{
    [Fact]
    public async Task S08_at_most_two_passwords_are_hashed_at_once_and_too_many_that_wait_are_told_so()
    {
        await using var host = await TestHost.StartAsync(pump: false);
        var work = host.Get<PasswordWork>();
        using var began = new SemaphoreSlim(0);
        using var go = new ManualResetEventSlim();
        var (running, most) = (0, 0);

        var waiting = Enumerable.Range(0, 100).Select(_ => work.RunAsync(Hash)).ToArray();
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await began.WaitAsync(TimeSpan.FromSeconds(30)), "two of them did not begin");
        }

        Assert.Equal("signin.busy", Acme.Code(await work.RunAsync(Hash)));
        go.Set();
        Assert.All(await Task.WhenAll(waiting), result => Assert.True(result.Ok, result.ToString()));
        Assert.Equal(2, most);
        Assert.Equal("ok", Acme.Code(await work.RunAsync(Hash)));

        bool Hash()
        {
            var now = Interlocked.Increment(ref running);
            for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
            {
                Interlocked.CompareExchange(ref most, now, seen);
            }

            began.Release();
            go.Wait();
            Interlocked.Decrement(ref running);
            return true;
        }
    }
}
