using Palisade.Racks;
using Palisade.Web.Nodes;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Nodes;

public sealed class FramedInputTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Bytes_and_sizes_arrive_however_they_are_cut(int part)
    {
        var command = new FakeExec("web-0000000000-aaaaa", new ExecRequest { Command = ["sh"] });
        var framed = new FramedInput(command);
        byte[] sent =
        [
            .. FramedInput.Of("ab\0"u8),
            .. FramedInput.Of(131, 40),
            .. FramedInput.Of([]),
            .. FramedInput.Of("\u00ff\u0001c"u8),
        ];

        foreach (var chunk in sent.Chunk(part))
        {
            await framed.WriteAsync(chunk);
        }

        await framed.CloseInputAsync();
        Assert.Equal("ab\0\u00ff\u0001c"u8.ToArray(), await command.InputToEndAsync());
        Assert.Equal((131, 40), Assert.Single(command.Sizes));
    }

    [Theory]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 255, 255, 255, 255 })]
    public async Task What_is_no_frame_ends_the_input(byte[] head)
    {
        var framed = new FramedInput(new FakeExec("web-0000000000-aaaaa", new ExecRequest { Command = ["sh"] }));

        await Assert.ThrowsAsync<IOException>(async () => await framed.WriteAsync(head));
    }
}
