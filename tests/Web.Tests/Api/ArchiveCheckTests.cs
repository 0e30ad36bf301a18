using Microsoft.Extensions.Options;
using Palisade.Web.Api;
using Palisade.Web.Hosting;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Api;

public sealed class ArchiveCheckTests
{
    [Fact]
    public async Task S08_two_archives_are_read_at_once_and_others_wait()
    {
        var opened = 0;
        var go = new TaskCompletionSource();
        var objects = new FakeObjects
        {
            Opening = () =>
            {
                opened++;
                return go.Task;
            },
        };
        objects.Stored[("acme", "a")] = [1];
        using var check = new ArchiveCheck(objects, Options.Create(new WebOptions()));

        var reads = Enumerable.Range(0, 5).Select(_ => check.HeadAsync("acme", "a", default)).ToList();

        Assert.Equal(ArchiveCheck.AtOnce, opened);
        go.SetResult();
        Assert.All(await Task.WhenAll(reads), read => Assert.Equal("build.archive", read.Problem?.Code));
        Assert.Equal(5, opened);
    }
}
