using Palisade.Domain.Kernel;

namespace Palisade.Grains.Users;

/// <summary>
/// The first step of a sign-in: proves who somebody is from evidence of its own kind (a password; with single sign-on,
/// an answer of the identity provider). What follows, second factor and session, is <see cref="SignIn"/>'s and the same
/// for all.
/// </summary>
public interface ISignInStep<in TEvidence>
{
    /// <summary>How records call it: <c>password</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Records a refusal before it is answered. What is told says nothing about whether the account exists.
    /// </summary>
    Task<Result<Person>> ProveAsync(Caller caller, TEvidence evidence, CancellationToken cancellationToken = default);
}
