using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>What the settings say of an app beside what every page does.</summary>
public sealed record AppFacts
{
    /// <summary>Who made it, and when; null when the audit log is not the reader's, or says nothing yet.</summary>
    public AppCreation? Created { get; init; }

    /// <summary>Releases that are kept; null when the reader may not know.</summary>
    public int? Releases { get; init; }

    /// <summary>Processes that live; null when the reader may not know or nobody can say.</summary>
    public int? Processes { get; init; }
}

public sealed record AppCreation(Principal By, DateTimeOffset At);
