using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Account;

/// <summary>What a form shows of a refusal.</summary>
internal static class Refused
{
    /// <summary>
    /// Also sets the answer's status where a browser or a script should know it: too many attempts, busy.
    /// </summary>
    public static string Text(HttpContext http, Problem problem)
    {
        if (problem is Exhausted or Unavailable)
        {
            http.Response.StatusCode = ProblemKinds.Of(problem).HttpStatus;
        }

        return Sentence.Of(problem);
    }
}
