using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>What a promote or a rollback would do, before it is done (console.md 4).</summary>
/// <param name="App">Of which app.</param>
/// <param name="From">What runs; "" when nothing does.</param>
/// <param name="Release">What would run.</param>
/// <param name="IsRollback">A new release with that one's build and environment would run.</param>
/// <param name="Diff">Between the two; null when nothing runs.</param>
/// <param name="Missing">What the reader lacks for it; null: nothing.</param>
public sealed record ReleasePlan(
    AppRef App,
    string From,
    ReleaseView Release,
    bool IsRollback,
    ReleaseDiff? Diff,
    MissingRight? Missing
)
{
    /// <summary>The button says what it does to what (console.md 19).</summary>
    public string Deed => IsRollback ? $"Roll {App} back to {Release.Id}" : $"Promote {Release.Id} on {App}";
}

/// <summary>What differs between two releases; values of variables only as changed or same (console.md 3).</summary>
public sealed record ReleaseDiff
{
    public required ReleaseView From { get; init; }
    public required ReleaseView To { get; init; }

    /// <summary>Lines of the manifest around what changed; empty: the same.</summary>
    public required ImmutableArray<DiffLine> Manifest { get; init; }

    public required ImmutableArray<string> Added { get; init; }
    public required ImmutableArray<string> Removed { get; init; }
    public required ImmutableArray<string> Changed { get; init; }

    public bool SameBuild => From.Build == To.Build;

    public bool SameEnvironment => Added.IsEmpty && Removed.IsEmpty && Changed.IsEmpty;

    public bool IsNothing => SameBuild && SameEnvironment && Manifest.IsEmpty;
}

/// <param name="Kind">Space, + or −.</param>
public readonly record struct DiffLine(char Kind, string Text);
