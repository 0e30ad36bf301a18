using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Changes;

namespace Palisade.Web.Console.Audit;

/// <summary>
/// The body of a record as people read it: with name, address and client where they belong instead of the box that
/// holds them, and what changed beside it. It is not what was hashed.
/// </summary>
internal static class OpenedBody
{
    /// <param name="fields">Null when they were erased: then they are absent.</param>
    public static JsonElement Of(JsonElement body, PersonalFields? fields)
    {
        var opened = JsonObject.Create(body)!;
        opened.Remove("person");
        ChangeJson.Remove(opened);
        if (fields is not null)
        {
            opened["actor"]!["name"] = fields.Name;
            opened["ip"] = fields.Ip;
            opened["client"] = fields.Client;
        }

        return JsonSerializer.SerializeToElement(opened);
    }
}
