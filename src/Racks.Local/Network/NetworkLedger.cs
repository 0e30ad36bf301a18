using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Network;

/// <summary>
/// What a rack folder has chosen of the machine's addresses (<c>network.json</c>), so that restarts choose the same.
/// </summary>
public sealed record NetworkLedger
{
    private const string FileName = "network.json";

    /// <summary>App id (or <c>build</c>, <c>vip</c>) to its /24, as <c>10.89.7.0/24</c>.</summary>
    public ImmutableSortedDictionary<string, string> Subnets { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Internal service's key to its virtual address.</summary>
    public ImmutableSortedDictionary<string, string> Vips { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    public static NetworkLedger Read(RackFolder folder)
    {
        var path = Of(folder);
        return File.Exists(path) ? JsonSerializer.Deserialize<NetworkLedger>(File.ReadAllText(path)) ?? new() : new();
    }

    public void Write(RackFolder folder)
    {
        folder.Create();
        var temporary = Of(folder) + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(this));
        File.Move(temporary, Of(folder), overwrite: true);
    }

    private static string Of(RackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return folder.File(FileName);
    }
}
