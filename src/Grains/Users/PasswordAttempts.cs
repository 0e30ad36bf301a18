using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Usage;

namespace Palisade.Grains.Users;

/// <summary>
/// Bounds how often passwords and codes can be tried, over all nodes together. Sign-ins are counted per account and per
/// network, known and unknown addresses alike, and past either nothing more is hashed. A browser in which the person
/// signed in before has an allowance of its own, so that nobody can lock others out by failing in their name.
/// </summary>
public sealed class PasswordAttempts(IAttempts attempts)
{
    /// <summary>Wrong tries in a row that people make; then one a minute.</summary>
    public const int PerAccount = 10;

    public const int PerNetwork = 20;

    /// <summary>
    /// Codes have 20 bits: five at once and one each five minutes leave a guesser one chance in a thousand a day.
    /// </summary>
    public const int Codes = 5;

    private static readonly AttemptLimit OfAccount = new(PerAccount, TimeSpan.FromMinutes(1));
    private static readonly AttemptLimit OfNetwork = new(PerNetwork, TimeSpan.FromMinutes(1) / PerNetwork);
    private static readonly AttemptLimit OfCodes = new(Codes, TimeSpan.FromMinutes(5));

    /// <summary>Takes one try of signing in. Problem: <c>signin.throttled</c>, with how long to wait.</summary>
    /// <param name="account">Keyed hash of the address that was given, whether anybody has it or not.</param>
    /// <param name="browser">The mark of a browser that this account signed in from before, proven.</param>
    public Task<Result<PasswordAttempt>> SignInAsync(
        string account,
        string ip,
        string? browser,
        CancellationToken cancellationToken = default
    ) =>
        browser is not null
            ? TakeAsync([($"browser/{account} {browser}", OfAccount)], cancellationToken)
            : TakeAsync(
                [($"network/{ClientNetwork.Of(ip)}", OfNetwork), ($"account/{account}", OfAccount)],
                cancellationToken
            );

    /// <summary>Takes one try of the current password by who is signed in.</summary>
    public Task<Result<PasswordAttempt>> OwnerAsync(string userId, CancellationToken cancellationToken = default) =>
        TakeAsync([($"owner/{userId}", OfAccount)], cancellationToken);

    /// <summary>
    /// Takes one try of a second factor. It costs nothing to who has the code, and only who has the password can try.
    /// </summary>
    public Task<Result<PasswordAttempt>> CodeAsync(string userId, CancellationToken cancellationToken = default) =>
        TakeAsync([($"code/{userId}", OfCodes)], cancellationToken);

    private async Task<Result<PasswordAttempt>> TakeAsync(
        (string Key, AttemptLimit Limit)[] limits,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; i < limits.Length; i++)
        {
            var wait = await attempts.TakeAsync(limits[i].Key, limits[i].Limit, cancellationToken);
            if (wait > TimeSpan.Zero)
            {
                await new PasswordAttempt(attempts, limits[..i]).SucceededAsync();
                return new Exhausted(
                    "signin.throttled",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"too many attempts; try again in {Math.Ceiling(wait.TotalSeconds)} s"
                    )
                );
            }
        }

        return new PasswordAttempt(attempts, limits);
    }
}

/// <summary>
/// A try that was counted as a failure when it began: what runs at the same time can't slip past the bound.
/// </summary>
public sealed class PasswordAttempt
{
    private readonly IAttempts _attempts;
    private readonly (string Key, AttemptLimit Limit)[] _taken;

    internal PasswordAttempt(IAttempts attempts, (string Key, AttemptLimit Limit)[] taken) =>
        (_attempts, _taken) = (attempts, taken);

    /// <summary>It was none. Told also when who tried has gone away.</summary>
    public async Task SucceededAsync()
    {
        foreach (var (key, limit) in _taken)
        {
            await _attempts.GiveAsync(key, limit, CancellationToken.None);
        }
    }
}
