using System.Text.Json.Serialization;

namespace Palisade.Domain.Access;

/// <summary>
/// How a policy chooses names. <see cref="DenyAll"/> chooses every name and turns the policy into a refusal.
/// </summary>
[GenerateSerializer, Alias("palisade.access.selector-kind")]
[JsonConverter(typeof(JsonStringEnumConverter<SelectorKind>))]
public enum SelectorKind
{
    DenyAll,
    Name,
    List,
    Regex,
    AllowAll,
}
