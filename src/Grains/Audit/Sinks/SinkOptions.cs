namespace Palisade.Grains.Audit.Sinks;

/// <summary>How sinks are delivered to.</summary>
public sealed class SinkOptions
{
    public const string SectionName = "Sinks";

    /// <summary>Time for a webhook's answer. Default 10 s; receivers are to accept first and work later.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait after the first failure; doubled with each that follows, up to 5 minutes. Default 1 s.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(1);
}
