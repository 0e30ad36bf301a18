using System.Globalization;

namespace Palisade.Web.Live;

/// <summary>
/// Numbers of a page's address. What is none counts as absent: a parameter of a number's type would fail the page.
/// </summary>
internal static class QueryNumber
{
    public static int? Of(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static long? LongOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
