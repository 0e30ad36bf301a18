using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit.Changes;

/// <summary>How bodies of entries hold changes (docs/guides/audit.md); entries from before them have none.</summary>
public static class ChangeJson
{
    private const string Changes = "changes";
    private const string LeftOut = "changesLeftOut";

    /// <summary>As members of a body; nothing when nothing changed.</summary>
    public static void Write(Utf8JsonWriter writer, ChangeSet set)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(set);
        if (set is { Items: [], LeftOut: 0 })
        {
            return;
        }

        writer.WriteStartArray(Changes);
        foreach (var change in set.Items)
        {
            Write(writer, change);
        }

        writer.WriteEndArray();
        if (set.LeftOut > 0)
        {
            writer.WriteNumber(LeftOut, set.LeftOut);
        }
    }

    public static ChangeSet Read(JsonElement body) =>
        body.TryGetProperty(Changes, out var changes)
            ? new(
                [.. changes.EnumerateArray().Select(ReadOne)],
                body.TryGetProperty(LeftOut, out var leftOut) ? leftOut.GetInt32() : 0
            )
            : ChangeSet.None;

    /// <summary>Takes them out of a body that shows them elsewhere.</summary>
    public static void Remove(JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        body.Remove(Changes);
        body.Remove(LeftOut);
    }

    private static void Write(Utf8JsonWriter writer, FieldChange change)
    {
        writer.WriteStartObject();
        writer.WriteString("path", change.Path);
        writer.WriteString("kind", FieldChange.Word(change.Kind));
        Write(writer, "before", change.Before);
        Write(writer, "after", change.After);
        WriteIf(writer, "secret", change.Secret);
        WriteIf(writer, "cut", change.Cut);
        writer.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter writer, string name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, value);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, ChangeValue? value)
    {
        switch (value)
        {
            case null:
                break;
            case ChangeValue.Text text:
                writer.WriteString(name, text.Value);
                break;
            case ChangeValue.Number number:
                writer.WriteNumber(name, number.Value);
                break;
            case ChangeValue.Flag flag:
                writer.WriteBoolean(name, flag.Value);
                break;
            case ChangeValue.List list:
                writer.WriteStartArray(name);
                foreach (var item in list.Items)
                {
                    writer.WriteStringValue(item);
                }

                writer.WriteEndArray();
                break;
            case ChangeValue.Personal personal:
                writer.WriteStartObject(name);
                writer.WriteString("place", personal.Place);
                writer.WriteString("keyId", personal.Box.KeyId);
                writer.WriteBase64String("nonce", personal.Box.Nonce);
                writer.WriteBase64String("ciphertext", personal.Box.Ciphertext);
                writer.WriteEndObject();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value));
        }
    }

    private static FieldChange ReadOne(JsonElement change) =>
        new(
            change.GetProperty("path").GetString()!,
            change.GetProperty("kind").GetString() switch
            {
                "added" => ChangeKind.Added,
                "removed" => ChangeKind.Removed,
                _ => ChangeKind.Changed,
            },
            ReadValue(change, "before"),
            ReadValue(change, "after")
        )
        {
            Secret = change.TryGetProperty("secret", out _),
            Cut = change.TryGetProperty("cut", out _),
        };

    private static ChangeValue? ReadValue(JsonElement change, string name) =>
        !change.TryGetProperty(name, out var value)
            ? null
            : value.ValueKind switch
            {
                JsonValueKind.String => new ChangeValue.Text(value.GetString()!),
                JsonValueKind.Number => new ChangeValue.Number(value.GetInt64()),
                JsonValueKind.True or JsonValueKind.False => new ChangeValue.Flag(value.GetBoolean()),
                JsonValueKind.Array => new ChangeValue.List([
                    .. value.EnumerateArray().Select(item => item.GetString()!),
                ]),
                JsonValueKind.Object => new ChangeValue.Personal(
                    new Sealed(
                        value.GetProperty("keyId").GetString()!,
                        value.GetProperty("nonce").GetBytesFromBase64(),
                        value.GetProperty("ciphertext").GetBytesFromBase64()
                    ),
                    value.GetProperty("place").GetString()!
                ),
                _ => null,
            };
}
