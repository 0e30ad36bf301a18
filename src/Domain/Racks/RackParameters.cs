using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Racks;

/// <summary>
/// Parameters of a rack, by provider: name, default, unit and bounds. Names match ignoring case and underscores.
/// </summary>
public static class RackParameters
{
    /// <param name="Name">As stored and shown.</param>
    /// <param name="Default">Value when not set.</param>
    /// <param name="Meaning">One line for a person, with the unit.</param>
    public sealed record Parameter(string Name, string Default, string Meaning, long Minimum, long Maximum)
    {
        /// <summary>What another value is in force for: the rest of "applies to …".</summary>
        public required string Effect { get; init; }

        /// <summary>What less of it costs that more of it does not bring back; null: nothing.</summary>
        public string? Risk { get; init; }
    }

    /// <summary>What a local rack can be told.</summary>
    public static ImmutableArray<Parameter> Local { get; } =
    [
        new("BuildCpu", "1000", "cpu of one build in milli-cores", 100, 64_000) { Effect = NextBuilds },
        new("BuildMemory", "2048", "memory of one build in MiB", 128, 1_048_576) { Effect = NextBuilds },
        new("BuildTimeout", "1800", "longest build in seconds", 10, 14_400) { Effect = NextBuilds },
        new("DiskLimit", "10240", "MiB that one process may write outside of its volumes", 16, 16_777_216)
        {
            Effect = AllProcesses,
            Risk = OverIt,
        },
        new("HealthDeadline", "60", "seconds within which a started process must answer its health check", 5, 3600)
        {
            Effect = "processes that have not answered yet, and those that start from now on",
        },
        new("LogRetention", "7", "days that logs of the rack and of its apps are kept, up to 1 GiB of each", 1, 365)
        {
            Effect = "lines that are kept already, too",
            Risk = "older lines are deleted within the hour, which nothing undoes",
        },
        new("VolumeLimit", "51200", "MiB that the volumes of one app may hold together", 16, 16_777_216)
        {
            Effect = AllProcesses,
            Risk = OverIt,
        },
    ];

    private const string NextBuilds = "builds that begin from now on";
    private const string AllProcesses = "all processes, those that run already among them";
    private const string OverIt = "processes that are over it by then are stopped";

    public static ImmutableArray<Parameter> Of(string provider) => provider == "local" ? Local : [];

    /// <summary>Every parameter with its value in force.</summary>
    /// <param name="rack">Whose parameters.</param>
    /// <param name="ceilings">The operator's, by stored name; in force also for what was set before them.</param>
    public static ImmutableSortedDictionary<string, string> Effective(
        RackState rack,
        ImmutableDictionary<string, ParameterCeiling> ceilings
    )
    {
        ArgumentNullException.ThrowIfNull(rack);
        return Of(rack.Provider)
            .ToImmutableSortedDictionary(
                p => p.Name,
                p => Number(rack, p.Name, ceilings).ToString(CultureInfo.InvariantCulture)
            );
    }

    /// <summary>The value in force of one.</summary>
    public static int Number(RackState rack, string name, ImmutableDictionary<string, ParameterCeiling> ceilings)
    {
        ArgumentNullException.ThrowIfNull(rack);
        ArgumentNullException.ThrowIfNull(ceilings);
        var parameter = Of(rack.Provider).Single(p => p.Name == name);
        var value = int.Parse(rack.Parameters.GetValueOrDefault(name, parameter.Default), CultureInfo.InvariantCulture);
        return ceilings.TryGetValue(name, out var ceiling) ? (int)Math.Min(value, ceiling.Value) : value;
    }

    /// <summary>The changes under their stored names, or what is wrong with the first bad one.</summary>
    public static Result<ImmutableSortedDictionary<string, string>> Check(
        string provider,
        ImmutableSortedDictionary<string, string> changed,
        ImmutableDictionary<string, ParameterCeiling> ceilings
    )
    {
        var known = Of(provider);
        var checkedOnes = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var (name, value) in changed)
        {
            if (known.FirstOrDefault(p => Plain(p.Name) == Plain(name)) is not { } parameter)
            {
                return new Invalid("rack.parameter_unknown", $"a {provider} rack has no parameter {Printable.Of(name)}")
                {
                    Suggestion = $"it has {string.Join(", ", known.Select(p => p.Name))}",
                };
            }

            if (
                !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number < parameter.Minimum
                || number > parameter.Maximum
            )
            {
                return new Invalid(
                    "rack.parameter_invalid",
                    $"{parameter.Name} is {parameter.Meaning}, {parameter.Minimum} to {parameter.Maximum}, not {Printable.Of(value)}"
                );
            }

            if (ceilings.TryGetValue(parameter.Name, out var ceiling) && number > ceiling.Value)
            {
                return new Invalid(
                    "rack.parameter_ceiling",
                    $"{parameter.Name} is at most {ceiling.Value} on this installation ({ceiling.Setting}), not {Printable.Of(value)}"
                )
                {
                    Suggestion = "ask its operator for more",
                };
            }

            checkedOnes[parameter.Name] = number.ToString(CultureInfo.InvariantCulture);
        }

        return checkedOnes.ToImmutable();
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
}
