using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>What a refusal says to the person who got it.</summary>
public static class AccessRecords
{
    public const string Denied = "access.denied";

    /// <summary>
    /// The detail of a refusal's record that holds the version of the policy that decided, so that it can be decided
    /// again.
    /// </summary>
    public const string PolicyDetail = "policy";

    /// <summary>Bytes of randomness in a decision id (twelve hex).</summary>
    public const int DecisionIdBytes = 6;

    /// <summary>
    /// The answer to a refused request: it names the missing permission, the operation, the resource and the decision's
    /// id, and never holds a <c>%</c>, since the convox client prints it as a format.
    /// </summary>
    public static Forbidden Refusal(AccessDecision decision, string decisionId)
    {
        var why = decision.Explain();
        var missing = why.Legs.FirstOrDefault(leg => !leg.Allowed);
        var message = missing is null
            ? $"{why.Operation} on {decision.Resource.Display} is refused: {why.Rule} (decision {decisionId})"
            : $"you need {missing.Permission} ({missing.Operation}) on {Display(missing)} for {why.Operation}; "
                + $"{missing.Rule} (decision {decisionId})";
        return new(Denied, Clean(message))
        {
            Suggestion = "ask an Administrator of the organization to grant it",
            DecisionId = decisionId,
        };
    }

    /// <summary>The answer to a refused operation of the account, the installation or the system.</summary>
    public static Forbidden Refusal(Operation? operation, string decisionId) =>
        new(
            Denied,
            Clean(
                operation?.Scope switch
                {
                    OperationScope.Installation =>
                        $"{operation.Name} is for the installation's operator only (decision {decisionId})",
                    OperationScope.Account =>
                        $"{operation.Name} is for the account's owner only (decision {decisionId})",
                    _ => $"{operation?.Name ?? "an unknown operation"} is refused (decision {decisionId})",
                }
            )
        )
        {
            DecisionId = decisionId,
        };

    private static string Display(ExplainedLeg leg) =>
        Resource.TryParse(leg.Resource, out var resource) ? resource.Display : "an ill-formed name";

    private static string Clean(string text) => text.Replace("%", "", StringComparison.Ordinal);
}
