using Microsoft.AspNetCore.Routing;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Palisade.Web.Hosting;
using ServerOptions = Palisade.Web.Hosting.ServerOptions;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>Requests that mean harm, for every route.</summary>
public sealed partial class HostileInputTests
{
    /// <summary>Every route that the server maps, with its methods, by the server's own table.</summary>
    private static IEnumerable<(string Method, string Pattern)> Routes()
    {
        var folder = Directory.CreateTempSubdirectory("routes").FullName;
        try
        {
            using var app = (IDisposable)PalisadeServer.Build(new ServerOptions { DataDirectory = folder });
            return
            [
                .. ((IEndpointRouteBuilder)app)
                    .DataSources.SelectMany(s => s.Endpoints)
                    .OfType<RouteEndpoint>()
                    .SelectMany(e =>
                        (e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(m =>
                            (m, e.RoutePattern.RawText ?? "/")
                        )
                    )
                    .Where(r => !r.Item2.StartsWith("/_", StringComparison.Ordinal))
                    .Distinct()
                    .OrderBy(r => r.Item2, StringComparer.Ordinal),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<WireRequest> Attacks(string method, string pattern)
    {
        var names = System
            .Text.RegularExpressions.Regex.Matches(pattern, @"\{\**([a-z]+)[^}]*\}")
            .Select(m => m.Value)
            .ToArray();
        foreach (var i in Enumerable.Range(0, names.Length == 0 ? 1 : BadValues.Length))
        {
            // The real app with the rest hostile; where the app is all there is, only hostile ones, for DELETE would be
            // heard.
            var path = names.Aggregate(
                pattern,
                (p, name) =>
                    p.Replace(
                        name,
                        name == "{app}" && names.Length > 1
                            ? App
                            : BadValues[(i + Array.IndexOf(names, name)) % BadValues.Length],
                        StringComparison.Ordinal
                    )
            );
            yield return new WireRequest(method, path)
            {
                Form = method is "GET" or "DELETE" or "HEAD" ? null : new Dictionary<string, string>(),
            };
        }

        var known = pattern.Replace("{app}", App, StringComparison.Ordinal);
        if (known.Contains('{', StringComparison.Ordinal) || (method == "DELETE" && pattern == "/apps/{app}"))
        {
            known = names.Aggregate(pattern, (p, name) => p.Replace(name, "none", StringComparison.Ordinal));
        }

        yield return new WireRequest(method, known) { Body = [0, 1, 2, 0xFF, 0xFE, (byte)'=', (byte)'&', (byte)'%'] };
        yield return new WireRequest(
            method,
            known + "?limit=many&start=never&all=perhaps&file=..&limit=-1&prefix=%00&service=%ff"
        );
        yield return new WireRequest(method, known)
        {
            Options = new Dictionary<string, string>
            {
                ["Since"] = "yesterday",
                ["Follow"] = "perhaps",
                ["Command"] = "'",
                ["Tty"] = "?",
                ["Height"] = "tall",
                ["Cpu"] = "-1",
            },
        };
        if (method is "POST" or "PUT")
        {
            yield return new WireRequest(method, known)
            {
                Form = new[]
                {
                    "name",
                    "lock",
                    "parameters",
                    "url",
                    "manifest",
                    "build-args",
                    "build",
                    "description",
                    "env",
                    "force",
                    "timeout",
                    "count",
                    "cpu",
                    "memory",
                    "version",
                    "type",
                    "id",
                }.ToDictionary(f => f, _ => "\0\r\n%zz;=&\u0001../" + new string('é', 40)),
            };
        }

        if (method == "POST" && pattern is "/apps" or "/apps/{app}/releases" or "/apps/{app}/builds")
        {
            yield return new WireRequest(method, known)
            {
                Form = new Dictionary<string, string> { ["name"] = new string('n', 5 << 20) },
            };
        }
    }
}
