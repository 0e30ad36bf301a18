using System.Text.Json;

namespace Palisade.Driver;

/// <summary>What the server's first start wrote into first-run.json.</summary>
public sealed record FirstRun
{
    public required string Url { get; init; }

    public required string Organization { get; init; }

    public required string Rack { get; init; }

    public required string Email { get; init; }

    public required string Password { get; init; }

    public required string CliToken { get; init; }

    public required string RouterUrl { get; init; }

    public static FirstRun Read(string file) =>
        JsonSerializer.Deserialize<FirstRun>(File.ReadAllText(file), JsonSerializerOptions.Web)
        ?? throw new InvalidDataException($"{file} is empty.");

    /// <summary>No secret in a test's output.</summary>
    public override string ToString() => $"{Url} {Organization}/{Rack} {Email}";
}
