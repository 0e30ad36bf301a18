using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Api.Parsing;

/// <summary>
/// Typed reading of options from a form, a query or headers (convox-wire.md 1.4). An absent or empty option is null.
/// The first thing that is wrong becomes <see cref="Problem"/>, with the option's name; read everything, then look at
/// it once.
/// </summary>
public sealed class WireOptions
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly Func<string, string?> _find;

    private WireOptions(Func<string, string?> find) => _find = find;

    /// <summary>The first problem: <c>option.invalid</c>.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>Of decoded fields; the last of a name counts.</summary>
    public static WireOptions Of(IReadOnlyList<KeyValuePair<string, string>> fields) =>
        new(name => fields.LastOrDefault(f => f.Key.Equals(name, StringComparison.Ordinal)).Value);

    /// <summary>
    /// Of headers. Kestrel gives them as Latin-1 so that no byte is lost; they are UTF-8, and a value that is not is a
    /// problem.
    /// </summary>
    public static WireOptions Of(IHeaderDictionary headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        WireOptions? options = null;
        options = new WireOptions(name =>
            headers.TryGetValue(name, out var values) ? FromLatin1(name, values.ToString()) : null
        );
        return options;

        string? FromLatin1(string name, string value)
        {
            try
            {
                return Strict.GetString(Encoding.Latin1.GetBytes(value));
            }
            catch (ArgumentException)
            {
                options!.Refuse(name, "is not UTF-8 text");
                return null;
            }
        }
    }

    /// <summary>The text as sent, also when empty; null when absent.</summary>
    public string? Raw(string name) => _find(name);

    public string? Text(string name, int maxLength = 4096)
    {
        var text = _find(name);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text.Length > maxLength ? Fail<string>(name, $"is longer than {maxLength} characters") : text;
    }

    public bool? Bool(string name) =>
        Text(name) switch
        {
            null => null,
            "true" => true,
            "false" => false,
            _ => FailValue<bool>(name, "must be true or false"),
        };

    public int? Int(string name, int min, int max) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value >= min
        && value <= max
            ? value
        : FailValue<int>(name, $"must be a whole number from {min} to {max}");

    public TimeSpan? Duration(string name, TimeSpan min, TimeSpan max) =>
        Text(name) is not { } text ? null
        : GoDuration.TryParse(text, out var value) && value >= min && value <= max ? value
        : FailValue<TimeSpan>(name, "must be a duration such as 90s, 5m or 1h30m");

    /// <summary>Comma-separated; blanks are dropped.</summary>
    public ImmutableArray<string> List(string name) =>
        Text(name, 64 * 1024)
            ?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ToImmutableArray()
        ?? [];

    /// <summary>A map sent as a query string within the value; null when absent.</summary>
    public ImmutableSortedDictionary<string, string>? Map(string name, int maxLength = 256 * 1024)
    {
        if (Text(name, maxLength) is not { } text)
        {
            return null;
        }

        if (!FormText.Parse(text).TryGet(out var fields, out _))
        {
            return Fail<ImmutableSortedDictionary<string, string>>(
                name,
                "must be a map such as A=1&B=2, percent-encoded"
            );
        }

        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in fields)
        {
            map[key] = value;
        }

        return map.ToImmutable();
    }

    /// <summary>Notes a problem of one option, unless there is one already.</summary>
    public void Refuse(string name, string rule) => Problem ??= Bad(name, rule);

    private static Invalid Bad(string name, string rule) => new("option.invalid", $"{name} {rule}");

    private T? Fail<T>(string name, string rule)
        where T : class
    {
        Refuse(name, rule);
        return null;
    }

    private T? FailValue<T>(string name, string rule)
        where T : struct
    {
        Refuse(name, rule);
        return null;
    }
}
