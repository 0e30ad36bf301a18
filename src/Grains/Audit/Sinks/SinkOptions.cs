using Microsoft.Extensions.Options;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>How sinks are delivered to.</summary>
public sealed class SinkOptions
{
    public const string SectionName = "Sinks";

    /// <summary>
    /// Time for a webhook's answer, 1 s to 1 min. Default 10 s; receivers are to accept first and work later.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Wait after the first failure, 10 ms to 5 min; doubled with each that follows, up to 5 min. Default 1 s.
    /// </summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>Refuses times in which nothing could be delivered, or nothing would be for long.</summary>
public sealed class SinkOptionsValidation : IValidateOptions<SinkOptions>
{
    public ValidateOptionsResult Validate(string? name, SinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(1)
                ? Fail("Timeout is 00:00:01 to 00:01:00")
            : options.FirstDelay < TimeSpan.FromMilliseconds(10) || options.FirstDelay > TimeSpan.FromMinutes(5)
                ? Fail("FirstDelay is 00:00:00.010 to 00:05:00")
            : ValidateOptionsResult.Success;

        static ValidateOptionsResult Fail(string fault) =>
            ValidateOptionsResult.Fail($"{SinkOptions.SectionName}:{fault}.");
    }
}
