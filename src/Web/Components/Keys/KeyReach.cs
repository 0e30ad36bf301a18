using Palisade.Domain.Orgs;

namespace Palisade.Web.Components.Keys;

/// <summary>What a key may do on a rack and its apps, and of which environment the rack is.</summary>
public sealed record KeyReach(RackPreview Rights, string Environment);
