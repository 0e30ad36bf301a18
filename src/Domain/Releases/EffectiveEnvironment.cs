using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;

namespace Palisade.Domain.Releases;

/// <summary>The environment that a process starts with (convox-wire.md 6.4).</summary>
public static class EffectiveEnvironment
{
    /// <summary>
    /// Injected variables, then <c>SERVICE</c> and <c>PORT</c>, then the manifest's defaults, then every variable of
    /// the release; a later one wins, also with an empty value. <c>env.missing_required</c> names all required
    /// variables of the service that the release lacks. Variables of resources are set on top by the rack.
    /// </summary>
    public static Result<EnvironmentDictionary> For(
        ServiceSpec service,
        IReadOnlyDictionary<string, string> release,
        InjectedEnvironment injected
    )
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(injected);
        var missing = service.Environment.MissingFrom(release);
        if (!missing.IsEmpty)
        {
            return ManifestProblems.Missing(missing);
        }

        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in injected.Pairs())
        {
            values[name] = value;
        }

        values["SERVICE"] = service.Name;
        if (service.Port is { } port)
        {
            values["PORT"] = port.Number.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var declaration in service.Environment.Where(d => d.Default is not null))
        {
            values[declaration.Name] = declaration.Default!;
        }

        foreach (var (name, value) in release)
        {
            values[name] = value;
        }

        return new EnvironmentDictionary(values.ToImmutable());
    }

    /// <summary>
    /// Required variables of all services that the environment lacks, sorted: what a promote must refuse at once.
    /// </summary>
    public static ImmutableArray<string> Missing(AppManifest manifest, IReadOnlyDictionary<string, string> release)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest.Services.SelectMany(s => s.Environment).MissingFrom(release);
    }
}
