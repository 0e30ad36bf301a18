using Palisade.Domain.Builds;
using Palisade.Domain.Releases;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>A release as the list shows it.</summary>
/// <param name="Release">With who made it by the name that they have now.</param>
/// <param name="Build">Null when it has none, or it is gone.</param>
/// <param name="Condition">What is to be said of it; null: nothing.</param>
/// <param name="Proven">It ran once and proved healthy.</param>
public sealed record ReleaseRow(ReleaseView Release, BuildState? Build, AppCondition? Condition, bool Proven)
{
    public string Id => Release.Id;
}
