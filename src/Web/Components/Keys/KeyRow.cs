using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Keys;
using Palisade.Web.Components.Apps;
using Palisade.Web.Console.Keys;

namespace Palisade.Web.Components.Keys;

/// <summary>A deploy key as pages show it.</summary>
/// <param name="LastUse">Null: it was never used.</param>
public sealed record KeyRow(string Org, DeployKeyView Key, KeyStatus Status, LastUse? LastUse, Principal MadeBy)
{
    public string Path => $"/o/{Org}/keys/{Key.Id}";

    public string Racks =>
        Key.Spec.Racks.Kind switch
        {
            SelectorKind.AllowAll => "all racks",
            SelectorKind.Regex => $"racks that match {Key.Spec.Racks.Pattern}",
            _ => $"{(Key.Spec.Racks.Names.Length == 1 ? "rack" : "racks")} {string.Join(", ", Key.Spec.Racks.Names)}",
        };

    public string Apps =>
        Key.Spec.Apps.Kind switch
        {
            SelectorKind.AllowAll => "all apps",
            SelectorKind.Regex => $"apps that match {Key.Spec.Apps.Pattern}",
            _ => $"{(Key.Spec.Apps.Names.Length == 1 ? "app" : "apps")} {string.Join(", ", Key.Spec.Apps.Names)}",
        };

    public (Tone Tone, string Text) Condition =>
        Status switch
        {
            KeyStatus.Active => (Tone.Good, "Works"),
            KeyStatus.UsedUp => (Tone.Warn, "Used up"),
            KeyStatus.Expired => (Tone.None, "Expired"),
            _ => (Tone.Bad, "Reported as leaked"),
        };
}
