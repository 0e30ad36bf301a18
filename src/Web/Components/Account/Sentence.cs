using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Account;

/// <summary>A problem's text as it stands on a page.</summary>
internal static class Sentence
{
    public static string Of(Problem problem) =>
        $"{char.ToUpperInvariant(problem.Text[0])}{problem.Text[1..]}{(problem.Text.EndsWith('.') ? "" : ".")}";
}
