using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Shell.Notices;

/// <summary>Changes of apps that a person began, and what became of them. Pure: apps in, state out.</summary>
public sealed record NoticesState
{
    /// <summary>Older ones go.</summary>
    public const int Most = 4;

    /// <summary>By <c>rack/app</c>.</summary>
    public ImmutableDictionary<string, Rollout> UnderWay { get; init; } =
        ImmutableDictionary.Create<string, Rollout>(StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    public ImmutableArray<Notice> Notices { get; init; } = [];

    public NoticesState See(AppView app, Principal reader)
    {
        ArgumentNullException.ThrowIfNull(app);
        var key = $"{app.Rack}/{app.Name}";
        return app.Rollout switch
        {
            { Failed: false } begun when begun.By.Is(reader) => this with { UnderWay = UnderWay.SetItem(key, begun) },
            // It is being undone: how that ends is part of what became of it.
            { Failed: true } => this,
            // Another one's change came between, which is not told to the reader.
            not null => this with { UnderWay = UnderWay.Remove(key) },
            null when UnderWay.TryGetValue(key, out var over) => this with
            {
                UnderWay = UnderWay.Remove(key),
                Notices =
                    app.Status == AppStatus.Running ? [.. Notices.TakeLast(Most - 1), Of(app, key, over)] : Notices,
            },
            null => this,
        };
    }

    public NoticesState Without(Notice notice) => this with { Notices = Notices.Remove(notice) };

    private static Notice Of(AppView app, string key, Rollout over) =>
        app.WasCancelled ? new(Tone.None, key, $"{Failed(over)}: it was cancelled")
        : app.LastFailure is { } why ? new(Tone.Bad, key, $"{Failed(over)}: {why}")
        : new(Tone.Good, key, Done(over));

    private static string Done(Rollout over) =>
        over.Kind switch
        {
            RolloutKind.Scale => "Its new scale runs.",
            RolloutKind.Restart => "Its processes were replaced.",
            _ => $"{over.Target.Release} runs.",
        };

    private static string Failed(Rollout over) =>
        over.Kind switch
        {
            RolloutKind.Scale => "It was not scaled",
            RolloutKind.Restart => "It was not restarted",
            _ => $"{over.Target.Release} does not run",
        };
}
