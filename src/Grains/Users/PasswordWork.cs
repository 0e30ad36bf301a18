using System.Diagnostics;
using System.Security.Cryptography;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Grains.Users;

/// <summary>Hashes passwords: at most two at once (S08), off the grains' turns, with iterations that take about 250 ms here.</summary>
public sealed class PasswordWork : IDisposable
{
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _slots = new(2, 2);
    private readonly Lazy<int> _iterations = new(Calibrate);

    /// <summary>Iterations for new hashes; never under <see cref="PasswordHash.MinIterations"/>.</summary>
    public int Iterations => _iterations.Value;

    public Task<PasswordHash> HashAsync(Sensitive<string> password, CancellationToken cancellationToken = default)
    {
        var salt = RandomNumberGenerator.GetBytes(PasswordHash.MinSaltBytes);
        return RunAsync(() => PasswordHash.Create(password, salt, Iterations), cancellationToken);
    }

    /// <summary>Runs work that hashes.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
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

    public void Dispose() => _slots.Dispose();

    private static int Calibrate()
    {
        const int Sample = 20_000;
        var start = Stopwatch.GetTimestamp();
        Rfc2898DeriveBytes.Pbkdf2("calibration", new byte[16], Sample, HashAlgorithmName.SHA512, 64);
        var measured = Stopwatch.GetElapsedTime(start);
        return (int)Math.Clamp(Sample * (Target / measured), PasswordHash.MinIterations, 5_000_000);
    }
}
