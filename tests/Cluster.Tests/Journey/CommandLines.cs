using System.Collections.Concurrent;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>Looks at every process's command line over and over, for secrets.</summary>
internal sealed class CommandLines : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, byte> _secrets = new();
    private readonly ConcurrentDictionary<string, byte> _found = new();
    private readonly Task _looking;

    public CommandLines(params string[] secrets)
    {
        Watch(secrets);
        _looking = Task.Run(LookAsync);
    }

    public int Looks { get; private set; }

    /// <summary>For these too, from now on.</summary>
    public void Watch(params string[] secrets)
    {
        foreach (var secret in secrets)
        {
            _secrets.TryAdd(secret, 0);
        }
    }

    public async Task<IEnumerable<string>> FoundAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        return _found.Keys;
    }

    public async ValueTask DisposeAsync()
    {
        await FoundAsync();
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (
                var process in Directory
                    .EnumerateDirectories("/proc")
                    .Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]))
            )
            {
                Look(process);
            }

            Looks++;
            await Task.Delay(10);
        }
    }

    private void Look(string process)
    {
        try
        {
            var line = File.ReadAllText(Path.Combine(process, "cmdline"));
            if (_secrets.Keys.Any(s => line.Contains(s, StringComparison.Ordinal)))
            {
                _found.TryAdd(line.Replace('\0', ' '), 0);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
        }
    }
}
