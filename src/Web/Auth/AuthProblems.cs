using System.Globalization;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Auth;

/// <summary>
/// Texts of refused sign-ins. The convox client shows a 401 only when it holds the words <c>cli token is expired</c>;
/// any other makes <c>convox racks</c> print an empty list (S11, convox-wire.md 1.5). What a token itself is refused
/// for is said by <c>SignIns</c>, the same for deploy keys.
/// </summary>
internal static class AuthProblems
{
    private const string Remedy = "make a new token in the console, then run convox login";

    public static Unauthenticated Missing { get; } =
        new("auth.missing", "cli token is expired or missing: the request has no credential") { Suggestion = Remedy };

    public static Unauthenticated Malformed { get; } =
        new(
            "auth.malformed",
            "cli token is expired or wrong: the Authorization header is neither Basic with a user and a token nor Bearer with a token"
        )
        {
            Suggestion = Remedy,
        };

    public static Unauthenticated JwtOff { get; } =
        new("auth.jwt_off", "cli token is expired or wrong: rack access keys (user jwt) are switched off here")
        {
            Suggestion = "use a token or a deploy key",
        };

    /// <summary>It would show an empty list of racks (S11): an operator is in no organization.</summary>
    public static Unauthenticated OperatorElsewhere { get; } =
        new(
            "auth.operator_elsewhere",
            "cli token is expired or wrong: this is an operator token, which is good for the console API only"
        )
        {
            Suggestion = Remedy,
        };

    /// <summary>It would show an empty list of racks: all organizations of the caller are suspended.</summary>
    public static Forbidden Suspended(Problem suspension) =>
        new(suspension.Code, $"cli token is expired or barred: {suspension.Message}")
        {
            Suggestion = suspension.Suggestion,
        };

    public static Exhausted Throttled(TimeSpan wait) =>
        new(
            "auth.throttled",
            string.Create(
                CultureInfo.InvariantCulture,
                $"cli token is expired or wrong, and too many wrong ones came from this address: wait {Math.Ceiling(wait.TotalSeconds)} s"
            )
        );
}
