using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;

namespace Palisade.Grains.Racks;

/// <summary>One rack; key: <c>org/rack</c>.</summary>
[Alias("palisade.rack")]
public interface IRackGrain : IGrainWithStringKey
{
    Task<Result<RackState>> RegisterAsync(
        Caller caller,
        RegisterRack command,
        CancellationToken cancellationToken = default
    );

    Task<Result<RackState>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Problems: <c>plan.stale</c>, those of the values.</summary>
    Task<Result<Done>> SetParametersAsync(
        Caller caller,
        SetRackParameters command,
        CancellationToken cancellationToken = default
    );

    /// <summary>Problems: <c>rack.environment_invalid</c>.</summary>
    Task<Result<Done>> SetEnvironmentAsync(
        Caller caller,
        string environment,
        CancellationToken cancellationToken = default
    );

    /// <summary>The rack is as asked; reported by its job.</summary>
    Task<Result<Done>> ReportUpdatedAsync(
        Caller caller,
        Apps.JobToken job,
        CancellationToken cancellationToken = default
    );

    /// <summary>Versions above our newest mean our newest; unknown lower ones are refused with our list.</summary>
    Task<Result<Done>> UpdateAsync(Caller caller, string version, CancellationToken cancellationToken = default);
}

/// <param name="Environment">The environment label (S17): <c>development</c>, <c>staging</c> or
/// <c>production</c>.</param>
[GenerateSerializer, Immutable, Alias("palisade.register-rack")]
public sealed record RegisterRack(
    [property: Id(0)] string Provider,
    [property: Id(1)] string Environment,
    [property: Id(2)] string? Capability
);

/// <param name="Changed">Name to value.</param>
/// <param name="From">What the plan of the change began from: values in force, by stored names. When one of them is
/// another by now the change is refused; null: whatever is in force.</param>
[GenerateSerializer, Immutable, Alias("palisade.set-rack-parameters")]
public sealed record SetRackParameters(
    [property: Id(0)] ImmutableSortedDictionary<string, string> Changed,
    [property: Id(1)] ImmutableSortedDictionary<string, string>? From = null
);
