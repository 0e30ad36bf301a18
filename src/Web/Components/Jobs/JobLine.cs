using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Builds;
using Palisade.Storage.Jobs;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Jobs;

/// <summary>Work that a change led to, as lists show it.</summary>
/// <param name="Row">The job.</param>
/// <param name="By">Who asked for it, by the name that they have now.</param>
/// <param name="On">What it works on.</param>
/// <param name="Environment">Label of its rack; null: it is on none, or on one that is gone.</param>
public sealed record JobLine(JobRow Row, Principal By, Resource On, string? Environment)
{
    /// <summary>Address of its page.</summary>
    public string Path => $"/o/{Row.Job.Org}/jobs/{Row.Job.Id}";

    /// <summary>Key of its grain.</summary>
    public string Key => $"{Row.Job.Org}/{Row.Job.Id}";

    public JobSort Sort => JobSort.Of(Row.Job);

    /// <summary>What it does, in a few words: <c>Promotion of RABCDEFGHIJ</c>.</summary>
    public string Title => Row.Job.Subject is { } subject ? Sort.Label + Sort.Joint + subject : Sort.Label;

    /// <summary>As <c>local/hello</c>, <c>local</c>, or in words.</summary>
    public string Target => On == Resource.Org ? "the organization" : On.ToString();

    /// <summary>Its app or rack; null: it works on neither.</summary>
    public AppRef? App => On is { RackName: { } rack, AppName: { } app } ? new(new(Row.Job.Org, rack), app) : null;

    /// <summary>Where its app or its rack is; null: it works on neither.</summary>
    public string? TargetPath =>
        On switch
        {
            { AppName: not null } => $"/o/{Row.Job.Org}/apps/{On}",
            { RackName: { } rack } => $"/o/{Row.Job.Org}/racks/{rack}",
            _ => null,
        };

    /// <summary>The build that it makes; null: none.</summary>
    public BuildRef? Build =>
        Row.Job.Kind == BuildJob.Kind && App is { } app && Row.Job.Subject is { } id ? new(app, id) : null;

    /// <summary>The release that it brings about; null: none.</summary>
    public string? Release => Row.Job.Kind == BuildJob.Kind ? null : Row.Job.Subject;

    public bool IsOver => Row.Status > JobStatus.Running;

    public AppCondition Condition =>
        Row.Status switch
        {
            JobStatus.Queued or JobStatus.Running when Row.CancelRequested => new(Tone.Busy, "Being cancelled"),
            JobStatus.Queued when Row.LastError is { } error => new(Tone.Warn, $"Tried again: {error}"),
            JobStatus.Queued => new(Tone.Busy, "Waits"),
            JobStatus.Running => new(Tone.Busy, Row.Progress is { Length: > 0 } progress ? Capital(progress) : "Runs"),
            JobStatus.Done => new(Tone.Good, "Done"),
            JobStatus.Failed => new(Tone.Bad, $"Failed: {Row.LastError}"),
            JobStatus.Dead => new(Tone.Bad, $"Given up after {Row.Attempt} attempts: {Row.LastError}"),
            _ => new(Tone.None, Row.Status.ToString()),
        };

    public DateTimeOffset Since => Row.Ended ?? Row.Started ?? Row.Created;

    /// <summary>From its beginning to its end, for people; null: it is not over, or never began.</summary>
    public string? Took => Row is { Started: { } started, Ended: { } ended } ? Length(ended - started) : null;

    private static string Capital(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    private static string Length(TimeSpan time)
    {
        var invariant = CultureInfo.InvariantCulture;
        return time switch
        {
            { TotalSeconds: < 1 } => "less than 1 s",
            { TotalMinutes: < 1 } => string.Create(invariant, $"{time.TotalSeconds:0} s"),
            { TotalHours: < 1 } => string.Create(invariant, $"{time.Minutes} min {time.Seconds} s"),
            _ => string.Create(invariant, $"{(int)time.TotalHours} h {time.Minutes} min"),
        };
    }
}
