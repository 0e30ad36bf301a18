using Microsoft.Extensions.Options;
using Palisade.Grains.Audit.Sinks;
using Palisade.Grains.Tests.Hosting;

namespace Palisade.Grains.Tests.Audit.Sinks;

/// <summary>How sinks are delivered to is the operator's to say.</summary>
public sealed class SinkOptionsTests
{
    [Fact]
    public async Task They_are_read_from_the_configuration()
    {
        await using var acme = await Acme.StartAsync(
            pump: false,
            ("Sinks:Timeout", "00:00:03"),
            ("Sinks:FirstDelay", "00:00:00.5")
        );

        var options = acme.Host.Get<IOptions<SinkOptions>>().Value;

        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(0.5)), (options.Timeout, options.FirstDelay));
    }

    [Theory]
    [InlineData("Sinks:Timeout", "00:00:00", "Timeout is")]
    [InlineData("Sinks:Timeout", "00:02:00", "Timeout is")]
    [InlineData("Sinks:FirstDelay", "1.00:00:00", "FirstDelay is")]
    public async Task A_time_out_of_its_range_keeps_the_server_from_starting(string name, string value, string fault)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            Acme.StartAsync(pump: false, (name, value))
        );

        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
    }
}
