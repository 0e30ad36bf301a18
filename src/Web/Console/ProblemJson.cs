using Palisade.Domain.Kernel;

namespace Palisade.Web.Console;

/// <summary>A refusal as RFC 9457 has it. <see cref="Code"/> is stable; <see cref="Detail"/> is for people.</summary>
/// <param name="Type">Always <c>about:blank</c>: <see cref="Code"/> names the kind of problem.</param>
/// <param name="RequestId">The same as in the <c>Request-Id</c> header, the log and the audit record.</param>
/// <param name="Code">Stable and machine-readable: <c>access.denied</c>.</param>
/// <param name="Suggestion">What the reader can do about it.</param>
/// <param name="Instead">What would be right now, where a refusal can say it: the new plan in place of a stale
/// one.</param>
/// <param name="DecisionId">Id under which the refusal can be explained.</param>
public sealed record ProblemJson(
    string Type,
    string Title,
    int Status,
    string Detail,
    string RequestId,
    string? Code = null,
    string? Suggestion = null,
    string? DecisionId = null,
    object? Instead = null
)
{
    public const string ContentType = "application/problem+json";

    internal static ProblemJson Of(Problem problem, string requestId)
    {
        var status = ProblemKinds.Of(problem).HttpStatus;
        return new(
            "about:blank",
            TitleOf(status),
            status,
            problem.Message,
            requestId,
            problem.Code,
            problem.Suggestion,
            (problem as Forbidden)?.DecisionId
        );
    }

    internal static ProblemJson Of(int status, string detail, string requestId) =>
        new("about:blank", TitleOf(status), status, detail, requestId);

    private static string TitleOf(int status) =>
        Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
