using System.Collections.Immutable;
using Palisade.Racks;

namespace Palisade.Web.Api;

/// <summary>A process as the client decodes it; <see cref="Name"/> is its service.</summary>
internal sealed record ProcessJson
{
    public required string Id { get; init; }

    public required string App { get; init; }

    public required string Command { get; init; }

    public required double Cpu { get; init; }

    public required string Host { get; init; }

    public required string Image { get; init; }

    public required string Instance { get; init; }

    public required double Memory { get; init; }

    public required string Name { get; init; }

    public required ImmutableArray<string> Ports { get; init; }

    public required string Release { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required string Status { get; init; }

    public static ProcessJson Of(string app, ObservedProcess p) =>
        new()
        {
            Id = p.Id,
            App = app,
            Command = p.Command,
            Cpu = p.Cpu,
            Host = p.Host,
            Image = p.Image,
            Instance = p.Host,
            Memory = p.Memory,
            Name = p.Service,
            Ports = p.Ports.IsDefault ? [] : p.Ports,
            Release = p.Release,
            Started = p.Started ?? DateTimeOffset.MinValue,
#pragma warning disable CA1308 // The protocol's words are lower-case.
            Status = p.Status.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
        };
}
