namespace Palisade.Domain.Kernel;

/// <summary>The one table from a problem's kind to what each front shows.</summary>
public static class ProblemKinds
{
    /// <summary>HTTP status (RFC 9110) and process exit code (sysexits.h where one fits) of a problem.</summary>
    public static (int HttpStatus, int ExitCode) Of(Problem problem) =>
        problem switch
        {
            Invalid => (400, 64),
            Unauthenticated => (401, 77),
            Forbidden => (403, 77),
            NotFound => (404, 66),
            Conflict => (409, 75),
            Exhausted => (429, 75),
            Unavailable => (503, 69),
            _ => throw new InvalidOperationException(
                $"A problem kind is missing from the table: {problem.GetType().Name}"
            ),
        };
}
