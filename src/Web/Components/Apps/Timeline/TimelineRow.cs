using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Apps.Timeline;

/// <summary>Something that happened to an app.</summary>
public sealed record TimelineRow
{
    public required DateTimeOffset At { get; init; }

    /// <summary>What sort of thing, and how it is to be taken.</summary>
    public required AppCondition Condition { get; init; }

    /// <summary>What happened, for people.</summary>
    public required string Text { get; init; }

    /// <summary>Who did it, by the name that they have now.</summary>
    public required Principal By { get; init; }

    /// <summary>Its place in the audit log; null: it is not from there.</summary>
    public long? Record { get; init; }

    /// <summary>As <c>release.promote</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>A page that tells more; null: none does.</summary>
    public string? Link { get; init; }
}
