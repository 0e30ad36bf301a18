namespace Palisade.Web.Components.Apps;

/// <summary>How far the deployment of the sample is.</summary>
/// <param name="Target"><c>org/rack/hello</c>.</param>
/// <param name="Step">The step under way, or the one that failed.</param>
/// <param name="Detail">The build log's last line, the release, or the cause of the failure.</param>
public sealed record SampleProgress(string Target, SampleStep Step, string Detail = "")
{
    public bool Failed { get; init; }

    public bool IsOver => Failed || Step == SampleStep.Running;
}

/// <summary>In order.</summary>
public enum SampleStep
{
    Creating,
    Uploading,
    Building,
    Promoting,
    Running,
}
