using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// What is asked of a person beside the right: a recent second factor for dangerous operations of whoever has one, and
/// having one at all where the organization requires it. Deploy keys and jobs are not persons; what a person enqueued
/// was confirmed when it was asked for.
/// </summary>
public static class StepUp
{
    public const string Code = "access.step_up";

    public const string RequiredCode = "access.second_factor_required";

    /// <summary>How long a proof counts, for the credential that it was given with.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    private static readonly Forbidden Confirm = new(Code, "confirm this with your second factor first")
    {
        Suggestion =
            "send a code to POST /api/v1/account/step-up with the same token (or confirm in the console), then repeat it within 10 minutes",
    };

    private static readonly Forbidden Enroll = new(
        RequiredCode,
        "this organization requires a second factor and your account has none"
    )
    {
        Suggestion = "set one up under Account, or with POST /api/v1/account/second-factor",
    };

    /// <summary>Problem: <c>access.step_up</c>.</summary>
    public static Problem? Check(Caller caller, Operation operation, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(operation);
        return
            operation.StepUp
            && caller.Principal.Kind is PrincipalKind.User or PrincipalKind.Operator
            && IsDue(caller.HasSecondFactor, caller.SecondFactorAt, now)
            ? Confirm
            : null;
    }

    /// <summary>Whether a code is asked for: of whoever has a second factor and did not prove it lately.</summary>
    public static bool IsDue(bool hasSecondFactor, DateTimeOffset? provenAt, DateTimeOffset now) =>
        hasSecondFactor && !(provenAt is { } at && now - at <= Lasts);

    /// <summary>Problem: <c>access.second_factor_required</c>.</summary>
    /// <param name="required">What the organization demands.</param>
    public static Problem? CheckRequired(Principal who, bool hasSecondFactor, bool required)
    {
        ArgumentNullException.ThrowIfNull(who);
        return required && who.Kind == PrincipalKind.User && !hasSecondFactor ? Enroll : null;
    }
}
