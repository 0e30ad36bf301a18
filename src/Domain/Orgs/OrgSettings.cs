using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>Decisions about an organization's settings.</summary>
public static class OrgSettings
{
    /// <summary>Problem: <c>org.second_factor_missing</c>: nobody locks themselves out.</summary>
    public static Result<Decision<OrgEvent, Done>> RequireSecondFactor(
        OrgState state,
        bool required,
        DecideContext context
    ) =>
        !state.Exists ? OrgProblems.NotFound(state.Name)
        : required && !context.Caller.HasSecondFactor
            ? new Conflict("org.second_factor_missing", "you have no second factor yourself and would be locked out")
            {
                Suggestion = "set one up first",
            }
        : new Decision<OrgEvent, Done>(default)
        {
            Events = required == state.RequiresSecondFactor ? [] : [new SecondFactorRequired(required)],
        };
}
