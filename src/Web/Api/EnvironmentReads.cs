using System.Collections.Concurrent;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Api;

/// <summary>
/// Which release each credential last read as an app's newest (S20). The convox client's <c>env set</c> reads all,
/// changes and writes all back: what it had read goes along with its write, so that a change made in between is a
/// conflict and not lost. Kept for an hour, forgotten by the write, in this process only: a client whose two requests
/// reach different nodes is not protected, newer ones send <c>parent-release</c>.
/// </summary>
internal sealed class EnvironmentReads(TimeProvider time)
{
    private const int Capacity = 10_000;

    private static readonly TimeSpan Keep = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Who, AppRef App), (string Release, long At)> _reads = new();

    public void Remember(Caller caller, AppRef app, string release)
    {
        if (_reads.Count >= Capacity)
        {
            foreach (var old in _reads.Where(r => time.GetElapsedTime(r.Value.At) > Keep))
            {
                _reads.TryRemove(old.Key, out _);
            }
        }

        if (_reads.Count < Capacity)
        {
            _reads[(Key(caller), app)] = (release, time.GetTimestamp());
        }
    }

    /// <summary>What the caller last read of the app, once.</summary>
    public string? Take(Caller caller, AppRef app) =>
        _reads.TryRemove((Key(caller), app), out var read) && time.GetElapsedTime(read.At) <= Keep
            ? read.Release
            : null;

    private static string Key(Caller caller) => caller.CredentialId ?? caller.Principal.ToString();
}
