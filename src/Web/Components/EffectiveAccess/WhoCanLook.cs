using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>Who is looked at of those who can; lives in the address. Pure.</summary>
/// <param name="Kind">"" for all.</param>
/// <param name="Way">Key of one way through roles; "" for all.</param>
/// <param name="Text">Part of a name, an email or an id.</param>
/// <param name="Page">From 1.</param>
public sealed record WhoCanLook(AccessQuestion Question, AbleKind? Kind, string Way, string Text, int Page)
{
    public const int PageSize = 50;

    public static WhoCanLook From(AccessQuestion question, string? kind, string? way, string? text, int? page) =>
        new(
            question,
            Enum.TryParse<AbleKind>(kind, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null,
            way?.Trim() ?? "",
            text?.Trim() ?? "",
            Math.Max(page ?? 1, 1)
        );

    public string LinkOn(string path) =>
        AccessAddress.With(
            path,
            ("op", Question.Op),
            ("on", Question.On),
            ("kind", Kind?.ToString().ToLowerInvariant() ?? ""),
            ("through", Way),
            ("q", Text),
            ("page", Page == 1 ? "" : Page.ToString(CultureInfo.InvariantCulture))
        );

    /// <summary>Short enough for an address, whatever roles are called.</summary>
    public static string KeyOf(IEnumerable<string> path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', path)))[..6]);
}

public enum AbleKind
{
    Person,
    Group,
    Key,
}
