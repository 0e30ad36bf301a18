using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Keys;
using Palisade.Web.Components.Access;

namespace Palisade.Web.Components.Keys;

/// <summary>A deploy key as it is typed. Pure: edits in, what is to be asked for out.</summary>
public sealed record KeyDraft
{
    /// <summary>The least that a key needs to be of use: racks are to be said, everything else has a start.</summary>
    public static KeyDraft Empty { get; } = new();

    public string Name { get; init; } = "";

    public SelectorDraft Racks { get; init; } = SelectorDraft.Named;

    public SelectorDraft Apps { get; init; } = SelectorDraft.All;

    /// <summary>Its ids.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>Without the default operations.</summary>
    public bool Narrow { get; init; }

    /// <summary>With spaces or commas between.</summary>
    public string Networks { get; init; } = "";

    /// <summary>A number, or nothing.</summary>
    public string UseLimit { get; init; } = "";

    /// <summary>The last day that it works, as yyyy-MM-dd in UTC, or nothing.</summary>
    public string LastDay { get; init; } = "";

    private DateTimeOffset? Expires { get; init; }

    public static KeyDraft Of(DeployKeySpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new()
        {
            Name = spec.Name,
            Racks = SelectorDraft.Of(spec.Racks),
            Apps = SelectorDraft.Of(spec.Apps),
            Roles = spec.Roles,
            Narrow = spec.Narrow,
            Networks = string.Join(' ', spec.Networks),
            UseLimit = spec.UseLimit?.ToString(CultureInfo.InvariantCulture) ?? "",
            LastDay = DayOf(spec.Expires),
            Expires = spec.Expires,
        };
    }

    /// <summary>With the role, or without it if it is there.</summary>
    public KeyDraft Toggle(string role) =>
        this with
        {
            Roles = Roles.Contains(role) ? Roles.Remove(role) : Roles.Add(role),
        };

    /// <summary>Null: a number or a day is none.</summary>
    public DeployKeySpec? ToSpec() =>
        TryUses(out var uses) && TryExpires(out var expires)
            ? new()
            {
                Name = Name.Trim(),
                Racks = Racks.ToSelector(),
                Apps = Apps.ToSelector(),
                Roles = Roles,
                Narrow = Narrow,
                Networks = [.. Networks.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries)],
                UseLimit = uses,
                Expires = expires,
            }
            : null;

    private bool TryUses(out int? uses)
    {
        uses = int.TryParse(UseLimit.Trim(), CultureInfo.InvariantCulture, out var number) ? number : null;
        return uses is not null || UseLimit.Trim().Length == 0;
    }

    // To the end of its last day; to the same moment, if the day was not changed.
    private bool TryExpires(out DateTimeOffset? expires)
    {
        expires =
            LastDay == DayOf(Expires) ? Expires
            : DateOnly.TryParseExact(LastDay, "yyyy-MM-dd", out var day)
                ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddDays(1)
            : null;
        return expires is not null || LastDay.Length == 0;
    }

    private static string DayOf(DateTimeOffset? moment) =>
        moment?.AddTicks(-1).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
