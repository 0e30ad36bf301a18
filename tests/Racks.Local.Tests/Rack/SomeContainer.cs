using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;
using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

/// <summary>A running process of <c>web</c> of the app <c>shop</c>.</summary>
internal static class SomeContainer
{
    public const string AppId = "app-1";

    public static SeenContainer Of(string id) =>
        new(
            id,
            new ContainerLabels
            {
                App = new AppRef(new RackRef("acme", "dev"), "shop"),
                AppId = AppId,
                Service = "web",
                ProcessId = "web-0123456789-abcde",
                Release = "R1",
                SpecHash = "0123456789",
                RolloutId = "",
            },
            ProcessPhase.Running
        );
}
