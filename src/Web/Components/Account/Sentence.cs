using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Account;

/// <summary>A text as it stands on a page.</summary>
internal static class Sentence
{
    public static string Of(Problem problem) => Of(problem.Text);

    public static string Of(string text) =>
        $"{char.ToUpperInvariant(text[0])}{text[1..]}{(text.EndsWith('.') ? "" : ".")}";

    /// <summary><c>1 app</c>, <c>2 apps</c>, <c>3 processes</c>.</summary>
    public static string Counted(long count, string one) =>
        $"{count} {one}{(count == 1 ? "" : one.EndsWith('s') ? "es" : "s")}";
}
