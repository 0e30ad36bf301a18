using System.Security.Cryptography;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;

namespace Palisade.Grains.Orgs;

/// <param name="Password">The new one, shown once; null when it was left as it is.</param>
/// <param name="Expires">Until when it is good for signing in.</param>
public sealed record ResetOutcome(Sensitive<string>? Password, DateTimeOffset? Expires);

/// <summary>
/// Resets a member's credentials. The new password is drawn and hashed here, not on the organization's turn.
/// </summary>
public sealed class MemberResets(PasswordWork passwords, IGrainFactory grains, TimeProvider time)
{
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>116 bits, readable enough to type once.</summary>
    private const int Length = 20;

    public async Task<Result<ResetOutcome>> ResetAsync(
        Caller caller,
        string org,
        string userId,
        bool password,
        bool secondFactor,
        CancellationToken cancellationToken = default
    )
    {
        var drawn = password ? new Sensitive<string>(RandomNumberGenerator.GetString(Alphabet, Length)) : null;
        PasswordHash? hash = null;
        if (drawn is not null && !(await passwords.HashAsync(drawn, cancellationToken)).TryGet(out hash, out var busy))
        {
            return Result.Fail<ResetOutcome>(busy);
        }

        var done = await grains
            .GetGrain<IOrgGrain>(org)
            .ResetMemberAsync(caller, new ResetMember(userId, hash, secondFactor), cancellationToken);
        return done.Map(_ => new ResetOutcome(
            drawn,
            drawn is null ? null : time.GetUtcNow() + UserDecisions.ResetLasts
        ));
    }
}
