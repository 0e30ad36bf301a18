using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Storage;

namespace Palisade.Grains.Users;

/// <summary>
/// Hashes passwords: at most two at once (S08), off the grains' turns, with rounds that take about 250 ms here. The
/// rounds are the installation's and only rise: every check takes as long as a new hash, and if a restart on a busy
/// machine could lower them, older accounts would be told by their time.
/// </summary>
public sealed class PasswordWork(IStore store) : IDisposable
{
    private const int AtOnce = 2;

    /// <summary>Who comes after so many others would wait for over ten seconds and is told so instead.</summary>
    private const int MaxWaiting = 100;

    private const string RoundsKey = "passwords/rounds";
    private const int MaxRounds = 5_000_000;

    /// <summary>Less is no gain worth hashing every password anew for.</summary>
    private const double WorthRaising = 1.5;

    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(250);

    private static readonly Exhausted Busy = new("signin.busy", "too many passwords are being checked at this moment")
    {
        Suggestion = "try again in some seconds",
    };

    private readonly SemaphoreSlim _slots = new(AtOnce, AtOnce);
    private readonly SemaphoreSlim _calibrating = new(1, 1);
    private int _rounds;
    private int _waiting;

    /// <summary>Rounds of new hashes; never under <see cref="PasswordHash.MinIterations"/>.</summary>
    public async ValueTask<int> RoundsAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _rounds) is var known and > 0)
        {
            return known;
        }

        await _calibrating.WaitAsync(cancellationToken);
        try
        {
            return _rounds > 0 ? _rounds : _rounds = await CalibrateAsync();
        }
        finally
        {
            _calibrating.Release();
        }
    }

    /// <summary>A hash from elsewhere in the cluster has more rounds: from now on all have.</summary>
    public void AtLeast(int rounds)
    {
        for (var known = Volatile.Read(ref _rounds); rounds > known; known = Volatile.Read(ref _rounds))
        {
            Interlocked.CompareExchange(ref _rounds, rounds, known);
        }
    }

    /// <summary>Problem: <c>signin.busy</c>.</summary>
    public async Task<Result<PasswordHash>> HashAsync(
        Sensitive<string> password,
        CancellationToken cancellationToken = default
    )
    {
        var rounds = await RoundsAsync(cancellationToken);
        var salt = RandomNumberGenerator.GetBytes(PasswordHash.MinSaltBytes);
        return await RunAsync(() => PasswordHash.Create(password, salt, rounds), cancellationToken);
    }

    /// <summary>Runs work that hashes. Problem: <c>signin.busy</c>.</summary>
    public async Task<Result<T>> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return Busy;
        }

        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(work, cancellationToken);
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose()
    {
        _slots.Dispose();
        _calibrating.Dispose();
    }

    private async Task<int> CalibrateAsync()
    {
        var stored = await StoredAsync();
        var measured = Measure();
        if (measured <= stored * WorthRaising)
        {
            return stored;
        }

        using var text = new MemoryStream(Encoding.ASCII.GetBytes(measured.ToString(CultureInfo.InvariantCulture)));
        await store.Objects.PutAsync("", RoundsKey, text, text.Length, CancellationToken.None);
        return measured;
    }

    private async Task<int> StoredAsync()
    {
        if (await store.Objects.OpenAsync("", RoundsKey) is not { } content)
        {
            return 0;
        }

        using var reader = new StreamReader(content);
        return
            int.TryParse(await reader.ReadToEndAsync(), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
            && rounds is >= PasswordHash.MinIterations and <= MaxRounds
            ? rounds
            : 0;
    }

    private static int Measure()
    {
        const int Sample = 20_000;
        var start = Stopwatch.GetTimestamp();
        Rfc2898DeriveBytes.Pbkdf2(
            "calibration",
            new byte[16],
            Sample,
            HashAlgorithmName.SHA512,
            PasswordHash.HashBytes
        );
        var measured = Stopwatch.GetElapsedTime(start);
        return (int)Math.Clamp(Sample * (Target / measured), PasswordHash.MinIterations, MaxRounds);
    }
}
