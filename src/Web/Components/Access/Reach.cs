using Palisade.Domain.Orgs;

namespace Palisade.Web.Components.Access;

/// <summary>What somebody may do on a rack and its apps, and of which environment the rack is.</summary>
public sealed record Reach(RackPreview Rights, string Environment);
