using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Tests.Build;

public sealed class LoadFaultTests
{
    private static readonly Exhausted Full = new("rack.disk_full", "no room");

    [Theory]
    [InlineData(500, "payload does not match:\n * oci: x\n * oci-archive: no such file\n * dir: y", "build.archive")]
    [InlineData(500, "payload does not match:\n * oci-archive: write a: no space left on device", "rack.disk_full")]
    [InlineData(400, "bad", "build.archive")]
    [InlineData(500, "database is locked", null)]
    [InlineData(0, "The container engine does not answer.", null)]
    public void Only_what_is_about_the_image_is_the_images_fault(int status, string message, string? code) =>
        Assert.Equal(code, LoadFault.Of(new EngineException(status, message), "web", Full)?.Code);

    [Fact]
    public void The_reason_is_that_of_the_format_and_a_load_that_takes_too_long_is_not_tried_again()
    {
        const string Message = "no format:\n * oci: /secret/path\n * oci-archive: no such file\n * dir: /secret/path";

        var damaged = LoadFault.Of(new EngineException(500, Message), "web", Full);

        Assert.EndsWith("can't load the image of web: no such file", damaged?.Message, StringComparison.Ordinal);
        Assert.IsType<Exhausted>(LoadFault.Of(new TimeoutException(), "web", Full));
        Assert.Null(LoadFault.Of(new IOException(), "web", Full));
    }
}
