using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Audit.Changes;
using Palisade.Storage.Personal;

namespace Palisade.Web.Console.Audit;

/// <summary>One field that was changed.</summary>
/// <param name="Path">The field's name in its resource: <c>locked</c>, <c>members.u1.roles</c>,
/// <c>env.DATABASE_URL</c>.</param>
/// <param name="Kind"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Before">A text, a number, true or false, or a list of texts; none when it was added.</param>
/// <param name="After">None when it was removed.</param>
/// <param name="Secret">It holds a secret: before and after are keyed fingerprints, or absent.</param>
/// <param name="Cut">A long text is shown by its beginning.</param>
/// <param name="Erased">It was personal, and was erased with its person.</param>
public sealed record FieldChangeJson(
    string Path,
    string Kind,
    JsonElement? Before = null,
    JsonElement? After = null,
    bool Secret = false,
    bool Cut = false,
    bool Erased = false
)
{
    internal static async Task<ImmutableArray<FieldChangeJson>> OfAsync(
        ChangeSet changes,
        IPersonalData people,
        CancellationToken cancellationToken
    )
    {
        var rows = ImmutableArray.CreateBuilder<FieldChangeJson>(changes.Items.Length);
        foreach (var change in changes.Items)
        {
            var before = await OfAsync(change.Before, people, cancellationToken);
            var after = await OfAsync(change.After, people, cancellationToken);
            rows.Add(
                new(
                    change.Path,
                    FieldChange.Word(change.Kind),
                    before,
                    after,
                    change.Secret,
                    change.Cut,
                    IsErased(change.Before, before) || IsErased(change.After, after)
                )
            );
        }

        return rows.MoveToImmutable();
    }

    private static bool IsErased(ChangeValue? value, JsonElement? shown) => value is not null && shown is null;

    private static async ValueTask<JsonElement?> OfAsync(
        ChangeValue? value,
        IPersonalData people,
        CancellationToken cancellationToken
    ) =>
        value switch
        {
            ChangeValue.Text text => Of(text.Value),
            ChangeValue.Number number => Of(number.Value),
            ChangeValue.Flag flag => Of(flag.Value),
            ChangeValue.List list => Of(list.Items),
            ChangeValue.Personal personal => await people.OpenAsync(personal, cancellationToken) is { } text
                ? Of(text)
                : null,
            _ => null,
        };

    private static JsonElement Of<T>(T value) => JsonSerializer.SerializeToElement(value);
}
