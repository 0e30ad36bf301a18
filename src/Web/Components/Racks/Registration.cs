using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Racks;

/// <summary>When and by whom a rack was registered.</summary>
public sealed record Registration(DateTimeOffset At, Principal By);
