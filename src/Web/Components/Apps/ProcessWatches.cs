using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Apps;

/// <summary>Watches of all apps of a page that run something: one each, ended with it.</summary>
/// <param name="watch">What looks.</param>
/// <param name="changed">Has the page read an app again.</param>
/// <param name="left">When the page is left.</param>
internal sealed class ProcessWatches(ProcessWatch watch, Func<AppRef, Task> changed, CancellationToken left)
    : IDisposable
{
    private readonly Dictionary<AppRef, CancellationTokenSource> _watched = [];

    /// <summary>Begins what is missing and ends what is over.</summary>
    public void Follow(IEnumerable<AppRow> rows)
    {
        var running = rows.Where(row => row.Desired is not null).Select(row => row.App.Ref).ToHashSet();
        foreach (var app in _watched.Keys.Where(app => !running.Contains(app)).ToList())
        {
            _watched[app].Cancel();
            _watched[app].Dispose();
            _watched.Remove(app);
        }

        foreach (var app in running.Where(app => !_watched.ContainsKey(app)))
        {
            _watched[app] = CancellationTokenSource.CreateLinkedTokenSource(left);
            _ = watch.RunAsync(app, () => changed(app), _watched[app].Token);
        }
    }

    public void Dispose()
    {
        foreach (var watched in _watched.Values)
        {
            watched.Dispose();
        }
    }
}
