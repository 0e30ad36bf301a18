namespace Palisade.Domain.Access;

/// <summary>Yes or no, and all that is needed to say why. Allocates nothing until asked for its reasons.</summary>
public readonly struct AccessDecision
{
    private readonly CompiledPolicy? _policy;

    internal AccessDecision(
        bool allowed,
        CompiledPolicy? policy,
        string? userId,
        Operation? operation,
        Resource resource
    )
    {
        (Allowed, _policy, UserId, Operation, Resource) = (allowed, policy, userId, operation, resource);
    }

    /// <summary>False for <c>default</c>: a decision that nobody made is a refusal.</summary>
    public bool Allowed { get; }

    public string? UserId { get; }

    public Operation? Operation { get; }

    public Resource Resource { get; }

    /// <summary>The version of the policy that decided; none when there was none.</summary>
    public PolicyVersion PolicyVersion => _policy is null ? default : new(_policy.Version, _policy.KeyVersion);

    /// <summary>The role and policy that decided, for records.</summary>
    public string Rule => Explain().Rule;

    /// <summary>
    /// Both legs with what decided and what lost, and the smallest grant that would allow it. The same every time.
    /// </summary>
    public Explanation Explain() => Explainer.Explain(_policy, UserId, Operation, Resource);

    public override string ToString() =>
        $"{(Allowed ? "allowed" : "refused")}: {Operation?.Name ?? "unknown operation"} on {Resource.Display}";
}
