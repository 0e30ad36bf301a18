using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Web.Components.Racks.Detail;

/// <summary>A process with its app.</summary>
public sealed record RackProcess(AppRef App, ObservedProcess Process);
