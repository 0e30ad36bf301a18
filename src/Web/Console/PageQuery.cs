using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Storage.Views;
using Palisade.Web.Api;

namespace Palisade.Web.Console;

/// <summary>
/// Which part of a list is asked for: <c>?limit=&amp;cursor=</c>, the one convention of the console API; the answer is
/// a <see cref="Page{T}"/>.
/// </summary>
/// <param name="After">What the cursor stands for: the place of the last item that was answered; null: from the
/// beginning.</param>
internal sealed record PageQuery(int Limit, string? After)
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 500;

    private const int MaxCursor = 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>For <see cref="ConsoleRoutes.Documented{TBuilder}"/>.</summary>
    public static ImmutableArray<(string Name, string Description)> Options { get; } =
    [
        ("limit", $"Items to answer at most: 1 to {MaxLimit}, {DefaultLimit} by default"),
        ("cursor", "The next of the answer before, to go on after it"),
    ];

    public static Invalid BadCursor { get; } =
        new("page.bad_cursor", "the cursor is none that was answered here")
        {
            Suggestion = "leave it out to begin again",
        };

    /// <summary>Problems: <c>option.invalid</c>, <c>form.invalid</c>, <c>page.bad_cursor</c>.</summary>
    public static Result<PageQuery> Of(WireRequest request) =>
        request
            .Query()
            .Then(query =>
            {
                var (limit, cursor) = (
                    query.Int("limit", 1, MaxLimit) ?? DefaultLimit,
                    query.Text("cursor", MaxCursor)
                );
                return query.Problem is { } problem ? Result.Fail<PageQuery>(problem)
                    : cursor is null ? new PageQuery(limit, null)
                    : Read(cursor) is { } after ? new PageQuery(limit, after)
                    : BadCursor;
            });

    /// <summary>
    /// Cuts the part out of a list that is at hand whole. <paramref name="key"/> is unique and orders it.
    /// </summary>
    public Page<TItem> Cut<T, TItem>(IEnumerable<T> all, Func<T, string> key, Func<T, TItem> map)
    {
        var rest = all.Select(item => (Item: item, Key: key(item)))
            .Where(x => After is null || string.CompareOrdinal(x.Key, After) > 0)
            .OrderBy(x => x.Key, StringComparer.Ordinal)
            .Take(Limit + 1)
            .ToList();
        return Of(rest, x => x.Key, x => map(x.Item));
    }

    /// <summary>The query of view rows for it; what it gives goes to <see cref="Of{TItem}"/>.</summary>
    public ViewQuery Views(string org, string kind, string keyPrefix, bool descending = false) =>
        new(org, kind, keyPrefix)
        {
            Descending = descending,
            Limit = Limit + 1,
            After = After?.Split('\n', 2) is [var sort, var key] ? new ViewRow(key, sort, "") : null,
        };

    public Page<TItem> Of<TItem>(ImmutableArray<ViewRow> rows, Func<ViewRow, TItem> map) =>
        Of(rows, row => $"{row.Sort}\n{row.Key}", map);

    /// <summary>
    /// A part of a list whose reader was asked for one item more than <see cref="Limit"/>. <paramref name="place"/> is
    /// what <see cref="After"/> will be.
    /// </summary>
    public Page<TItem> Of<T, TItem>(IReadOnlyList<T> found, Func<T, string> place, Func<T, TItem> map) =>
        new(
            [.. found.Take(Limit).Select(map)],
            found.Count > Limit ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place(found[Limit - 1]))) : null
        );

    private static string? Read(string cursor)
    {
        try
        {
            return Strict.GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
