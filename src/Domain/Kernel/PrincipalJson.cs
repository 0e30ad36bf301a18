using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Domain.Kernel;

/// <summary>
/// How events and rows store who acted: kind and id. The name is personal, and asked for where it is shown (S30); that
/// of the process itself is not.
/// </summary>
public sealed class PrincipalJson : JsonConverter<Principal>
{
    public override Principal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        var root = json.RootElement;
        return new(
            Enum.Parse<PrincipalKind>(root.GetProperty("kind").GetString() ?? ""),
            root.GetProperty("id").GetString() ?? "",
            root.TryGetProperty("name", out var name) ? name.GetString() ?? "" : ""
        );
    }

    public override void Write(Utf8JsonWriter writer, Principal value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();
        writer.WriteString("kind", value.Kind.ToString());
        writer.WriteString("id", value.Id);
        if (value.Kind == PrincipalKind.System)
        {
            writer.WriteString("name", value.Name);
        }

        writer.WriteEndObject();
    }
}
