using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Palisade.Domain.Manifest.Yaml;

/// <summary>Anchors and aliases, and what each use of one counts.</summary>
internal sealed partial class YamlReader
{
    private YamlItem Resolve(AnchorAlias alias, int start)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var target))
        {
            throw new FormException(
                start,
                "an alias to an anchor that is not defined before it",
                "define it with &name first"
            );
        }

        if (target is null)
        {
            throw new FormException(start, "an alias inside the very node that it names", "remove the alias");
        }

        Spend(target.Weight, start);
        return target;
    }

    private void Declare(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor.Value] = null;
        }
    }

    private YamlItem Anchored(NodeEvent node, YamlItem item, int start)
    {
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor.Value] = item;
        }

        return item.Weight > ManifestLimits.Nodes ? throw TooBig(start) : item;
    }

    private void Spend(long weight, int at)
    {
        _weight += weight;
        if (_weight > ManifestLimits.Nodes)
        {
            throw TooBig(at);
        }
    }
}
