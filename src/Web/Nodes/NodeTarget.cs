using Palisade.Domain.Kernel;

namespace Palisade.Web.Nodes;

/// <summary>The node that has a rack's machine.</summary>
/// <param name="Machine">Which its certificate must name.</param>
/// <param name="Address">Where its internal endpoint is.</param>
internal sealed record NodeTarget(RackRef Rack, string Machine, Uri Address)
{
    /// <summary>What is told when it does not answer.</summary>
    public Unavailable Lost { get; } =
        new("rack.unreachable", $"the node of rack {Rack}'s machine does not answer")
        {
            Suggestion = "repeat it in a while; convox rack tells how it is",
        };
}
