using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>How a service is reached.</summary>
internal static partial class ServiceReader
{
    private static ImmutableArray<string> Domains(MapReader map)
    {
        var domains = ImmutableArray.CreateBuilder<string>();
        foreach (var (item, word) in ValueReader.Words(map, "domain"))
        {
            if (!DomainName.TryNormalise(word, out var name))
            {
                map.Refuse(item, map.PathOf("domain"), $"not a host name: {map.Show(item, word)}", DomainName.Remedy);
            }
            else if (DomainName.IsReserved(name))
            {
                map.Refuse(
                    item,
                    map.PathOf("domain"),
                    $"a name that racks give out themselves: {map.Show(item, word)}",
                    "use a name of your own, outside .localhost and convox.local"
                );
            }
            else
            {
                domains.Add(name);
            }
        }

        return [.. domains.Distinct()];
    }

    private static bool Tls(MapReader map)
    {
        var child = map.Child("tls");
        var redirect = child?.Flag("redirect", true) ?? true;
        child?.Finish();
        return redirect;
    }

    private static int? Ndots(MapReader map)
    {
        var child = map.Child("dnsConfig");
        var ndots = child?.Whole("ndots", 0, 15);
        child?.Finish();
        return ndots;
    }

    private static CertificateSpec? Certificate(MapReader map)
    {
        if (map.Child("certificate") is not { } child)
        {
            return null;
        }

        var spec = new CertificateSpec(child.Text("id"), child.Text("duration"));
        child.Finish();
        return spec;
    }
}
