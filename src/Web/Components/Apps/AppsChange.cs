using System.Collections.Immutable;

namespace Palisade.Web.Components.Apps;

/// <summary>What changes the page.</summary>
public abstract record AppsChange
{
    /// <summary>Everything was read.</summary>
    public sealed record Loaded(ImmutableArray<RackGroup> Racks, ImmutableArray<AppRow> Apps) : AppsChange;

    /// <summary>One app was read again.</summary>
    public sealed record Seen(AppRow App) : AppsChange;

    /// <summary>An app is gone, or no longer the reader's to see.</summary>
    public sealed record Gone(string Key) : AppsChange;

    /// <summary>Reading failed; what is shown stays. Null when it works again.</summary>
    public sealed record Trouble(string? Problem) : AppsChange;

    /// <summary>The deployment of the sample went on.</summary>
    public sealed record Sample(SampleProgress Progress) : AppsChange;
}
