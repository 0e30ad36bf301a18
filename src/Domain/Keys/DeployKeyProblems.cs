using Palisade.Domain.Kernel;

namespace Palisade.Domain.Keys;

/// <summary>Refusals of deploy keys.</summary>
public static class DeployKeyProblems
{
    public const string UsedUpCode = "key.used_up";

    public static Problem NotFound(string? id) =>
        new NotFound("key.not_found", $"no such deploy key: {Printable.Of(id)}");

    internal static Problem Exists(string id) => new Conflict("key.exists", $"deploy key {id} already exists");

    internal static Problem NameTaken(string name) =>
        new Conflict("key.name_taken", $"a deploy key is called {Printable.Of(name)} already");

    internal static Problem NotByAPerson =>
        new Forbidden("key.maker_invalid", "only a member of the organization makes or rolls a deploy key");

    internal static Problem TooMany(int most) =>
        new Exhausted("key.limit", $"this organization has at most {most} deploy keys")
        {
            Suggestion = "delete those that are not used any more",
        };

    internal static Problem TooManySecrets =>
        new Conflict(
            "key.too_many_secrets",
            $"{DeployKeyState.MaxSecrets} secrets of this key work at the same time already"
        )
        {
            Suggestion = "roll it without an overlap, or wait until the older ones end",
        };

    internal static Problem OverlapInvalid =>
        new Invalid(
            "key.overlap_invalid",
            $"the old secret may go on for 0 seconds to {DeployKeyDecisions.MaxOverlap.TotalDays} days"
        );

    internal static Problem IsReported =>
        new Conflict("key.reported", "this key was reported as leaked and works no more")
        {
            Suggestion = "delete it and make a new one",
        };

    internal static Problem RoleInUse(string role, string key) =>
        new Conflict("role.in_use", $"role {Printable.Of(role)} is held by deploy key {Printable.Of(key)}")
        {
            Suggestion = "take it from the key first",
        };

    internal static Problem Stale =>
        new Conflict("key.stale", "the key was changed by somebody else since you began")
        {
            Suggestion = "read it again, and change what it is now",
        };

    internal static Problem IsExpired =>
        new Conflict("key.expired", "this key has expired") { Suggestion = "make a new one" };

    public static Problem UsedUp(int limit) =>
        new Exhausted(
            UsedUpCode,
            $"this deploy key may make {limit} change{(limit == 1 ? "" : "s")} and has made them all"
        )
        {
            Suggestion = "raise its use limit, or make a new key",
        };

    internal static Problem Invalid(string what, string why, string? suggestion = null) =>
        new Invalid($"key.{what}_invalid", why) { Suggestion = suggestion };
}
