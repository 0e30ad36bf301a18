using System.Text.Json.Serialization;

namespace Palisade.Domain.Access;

/// <summary>
/// Which of a policy's two levels grants an operation. <see cref="Write"/> includes <see cref="Read"/>.
/// </summary>
[GenerateSerializer]
[JsonConverter(typeof(JsonStringEnumConverter<AccessLevel>))]
public enum AccessLevel
{
    Read,
    Write,
}
