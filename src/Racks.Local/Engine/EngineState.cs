using System.Text.Json;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Engine;

/// <summary>What is remembered of the private service between runs of Palisade (<c>engine.json</c>).</summary>
/// <param name="Driver">The storage driver, chosen once: another would not see the images of the first.</param>
/// <param name="Service">The service that we started last.</param>
public sealed record EngineState(string Driver, ProcessIdentity? Service)
{
    public static EngineState? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<EngineState>(File.ReadAllText(path)) : null;

    public void Write(string path)
    {
        var temporary = path + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(this));
        File.Move(temporary, path, overwrite: true);
    }
}
