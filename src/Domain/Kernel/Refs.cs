using System.Diagnostics.CodeAnalysis;

namespace Palisade.Domain.Kernel;

/// <summary>A rack by its address <c>org/rack</c>; also the key of its grain.</summary>
[GenerateSerializer, Immutable, Alias("palisade.rack-ref")]
public readonly record struct RackRef(string Org, string Rack)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out RackRef rack)
    {
        var parts = text?.Split('/') ?? [];
        rack = parts.Length == 2 ? new(parts[0], parts[1]) : default;
        return parts.Length == 2 && Names.IsValid(parts[0]) && Names.IsValid(parts[1]);
    }

    public static RackRef Parse(string text) =>
        TryParse(text, out var rack) ? rack : throw new FormatException($"Not a rack address: {text}");

    public override string ToString() => $"{Org}/{Rack}";
}

/// <summary>An app by its address <c>org/rack/app</c>; also the key of its grain.</summary>
[GenerateSerializer, Immutable, Alias("palisade.app-ref")]
public readonly record struct AppRef(RackRef Rack, string App)
{
    public string Org => Rack.Org;

    public static bool TryParse([NotNullWhen(true)] string? text, out AppRef app)
    {
        var parts = text?.Split('/') ?? [];
        app = parts.Length == 3 ? new(new(parts[0], parts[1]), parts[2]) : default;
        return parts.Length == 3 && parts.All(Names.IsValid);
    }

    public static AppRef Parse(string text) =>
        TryParse(text, out var app) ? app : throw new FormatException($"Not an app address: {text}");

    public override string ToString() => $"{Rack}/{App}";
}

/// <summary>A build by its address <c>org/rack/app/Bxxxxxxxxxx</c>; also the key of its grain.</summary>
[GenerateSerializer, Immutable, Alias("palisade.build-ref")]
public readonly record struct BuildRef(AppRef App, string Id)
{
    public static BuildRef Parse(string text)
    {
        var cut = text.LastIndexOf('/');
        return cut > 0 && Ids.IsBuild(text[(cut + 1)..])
            ? new(AppRef.Parse(text[..cut]), text[(cut + 1)..])
            : throw new FormatException($"Not a build address: {text}");
    }

    public override string ToString() => $"{App}/{Id}";
}
