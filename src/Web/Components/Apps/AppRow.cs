using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Apps;

/// <summary>One app as the list shows it.</summary>
public sealed record AppRow
{
    public required AppView App { get; init; }

    /// <summary>When the active release was made; null when nothing is active or the reader may not know.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Who made the active release.</summary>
    public Principal? By { get; init; }

    /// <summary>Processes that run and pass their checks; null when not known.</summary>
    public int? Healthy { get; init; }

    /// <summary>Processes that should run; null when not known.</summary>
    public int? Desired { get; init; }

    /// <summary>Its rack was asked what runs, and does not answer.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Where its first public service answers; null when it has none.</summary>
    public Uri? Address { get; init; }

    /// <summary><c>rack/app</c>.</summary>
    public string Key => $"{App.Rack}/{App.Name}";

    public AppCondition Condition =>
        (App.Status, App.Release) switch
        {
            (AppStatus.Creating, _) => new(Tone.Busy, "Creating"),
            (AppStatus.Updating, _) => new(Tone.Busy, $"Updating to {App.Rollout?.Target.Release}"),
            (AppStatus.Rollback, "") => new(Tone.Bad, "Undoing a failed release"),
            (AppStatus.Rollback, _) => new(Tone.Bad, $"Rolling back to {App.Release}"),
            (AppStatus.Deleting, _) => new(Tone.Busy, "Deleting"),
            (AppStatus.Running, "") => new(Tone.None, "Nothing deployed"),
            (AppStatus.Running, _) when IsSilent => new(Tone.Warn, "Not known: its rack does not answer"),
            (AppStatus.Running, _) when Healthy < Desired => new(
                Tone.Warn,
                Healthy == 0 ? "No healthy process" : "Not all processes healthy"
            ),
            (AppStatus.Running, _) => new(Tone.Good, "Running"),
            var (other, _) => new(Tone.Warn, other),
        };
}

/// <summary>What an app does, in words; the tone adds a shape and a colour to them.</summary>
public sealed record AppCondition(Tone Tone, string Text);

/// <summary>How a status is to be taken.</summary>
public enum Tone
{
    None,
    Good,
    Busy,
    Warn,
    Bad,
}
