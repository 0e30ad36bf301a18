using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;

namespace Palisade.Grains.Users;

/// <summary>
/// Bounds how often passwords and codes can be tried. Sign-ins are counted per account and per network, known and
/// unknown addresses alike, and past either nothing more is hashed. A browser in which the person signed in before has
/// an allowance of its own, so that nobody can lock others out by failing in their name. In memory: a restart forgives.
/// </summary>
public sealed class PasswordAttempts(TimeProvider time)
{
    /// <summary>Wrong tries in a row that people make; then one a minute.</summary>
    public const int PerAccount = 10;

    public const int PerNetwork = 20;

    /// <summary>
    /// Codes have 20 bits: five at once and one each five minutes leave a guesser one chance in a thousand a day.
    /// </summary>
    public const int Codes = 5;

    private readonly TokenBuckets _accounts = new(1 / 60d, PerAccount, time);
    private readonly TokenBuckets _networks = new(PerNetwork / 60d, PerNetwork, time);
    private readonly TokenBuckets _browsers = new(1 / 60d, PerAccount, time);
    private readonly TokenBuckets _owners = new(1 / 60d, PerAccount, time);
    private readonly TokenBuckets _codes = new(1 / 300d, Codes, time);

    /// <summary>Takes one try of signing in. Problem: <c>signin.throttled</c>, with how long to wait.</summary>
    /// <param name="account">Keyed hash of the address that was given, whether anybody has it or not.</param>
    /// <param name="browser">The mark of a browser that this account signed in from before, proven.</param>
    public Result<PasswordAttempt> SignIn(string account, string ip, string? browser) =>
        browser is not null
            ? Take((_browsers, $"{account} {browser}"))
            : Take((_networks, ClientNetwork.Of(ip)), (_accounts, account));

    /// <summary>Takes one try of the current password by who is signed in.</summary>
    public Result<PasswordAttempt> Owner(string userId) => Take((_owners, userId));

    /// <summary>
    /// Takes one try of a second factor. It costs nothing to who has the code, and only who has the password can try.
    /// </summary>
    public Result<PasswordAttempt> Code(string userId) => Take((_codes, userId));

    private static Result<PasswordAttempt> Take(params ReadOnlySpan<(TokenBuckets Buckets, string Key)> limits)
    {
        var taken = new List<(TokenBuckets Buckets, string Key)>(limits.Length);
        foreach (var limit in limits)
        {
            var wait = limit.Buckets.Take(limit.Key);
            if (wait > TimeSpan.Zero)
            {
                new PasswordAttempt(taken).Succeeded();
                return new Exhausted(
                    "signin.throttled",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"too many attempts; try again in {Math.Ceiling(wait.TotalSeconds)} s"
                    )
                );
            }

            taken.Add(limit);
        }

        return new PasswordAttempt(taken);
    }
}

/// <summary>
/// A try that was counted as a failure when it began: what runs at the same time can't slip past the bound.
/// </summary>
public sealed class PasswordAttempt
{
    private readonly List<(TokenBuckets Buckets, string Key)> _taken;

    internal PasswordAttempt(List<(TokenBuckets Buckets, string Key)> taken) => _taken = taken;

    /// <summary>It was none.</summary>
    public void Succeeded()
    {
        foreach (var (buckets, key) in _taken)
        {
            buckets.Give(key);
        }
    }
}
