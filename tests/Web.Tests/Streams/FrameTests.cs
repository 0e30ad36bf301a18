using Palisade.Web.Streams;

namespace Palisade.Web.Tests.Streams;

public sealed class FrameTests
{
    [Theory]
    [InlineData(new byte[] { 0x81 }, 0, 0)]
    [InlineData(new byte[] { 0x81, 0x85, 1, 2, 3 }, 0, 0)]
    [InlineData(new byte[] { 0x81, 0x85, 1, 2, 3, 4 }, 6, 5)]
    [InlineData(new byte[] { 0x81, 0xfe, 1, 0, 1, 2, 3, 4 }, 8, 256)]
    [InlineData(new byte[] { 0x81, 0xff, 0, 0, 0, 0, 0, 1, 0x11, 0x70, 1, 2, 3, 4 }, 14, 70_000)]
    public void A_head_is_read_when_it_is_whole(byte[] bytes, int size, long length)
    {
        Assert.Equal(size, FrameHead.Read(bytes, out var head, out var fault));

        Assert.Equal(0, fault);
        Assert.Equal(length, head.Length);
    }

    [Theory]
    [InlineData(new byte[] { 0x81, 0x05 }, 1002)]
    [InlineData(new byte[] { 0xc1, 0x85 }, 1002)]
    [InlineData(new byte[] { 0x83, 0x85 }, 1002)]
    [InlineData(new byte[] { 0x09, 0x80 }, 1002)]
    [InlineData(new byte[] { 0x89, 0xfe }, 1002)]
    [InlineData(new byte[] { 0x81, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 1, 1, 2, 3, 4 }, 1009)]
    [InlineData(new byte[] { 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4 }, 1009)]
    public void A_head_that_breaks_the_protocol_has_a_close_code(byte[] bytes, int code)
    {
        FrameHead.Read(bytes, out _, out var fault);

        Assert.Equal(code, fault);
    }

    [Fact]
    public void Masking_twice_gives_the_bytes_back_at_any_cut()
    {
        var random = new Random(20261122);
        var plain = new byte[5_000];
        random.NextBytes(plain);
        var copy = plain.ToArray();

        FrameHead.Unmask(copy, 0xdeadbeef, 0);
        for (var at = 0; at < copy.Length; )
        {
            var part = Math.Min(random.Next(1, 700), copy.Length - at);
            FrameHead.Unmask(copy.AsSpan(at, part), 0xdeadbeef, at);
            at += part;
        }

        Assert.Equal(plain, copy);
    }
}
