using System.Diagnostics.CodeAnalysis;

namespace Palisade.Domain.Access;

/// <summary>
/// What an operation is done to, inside one organization: the organization, a rack, or an app of a rack. An ill-formed name makes the
/// resource ill-formed, and every decision on it a refusal (security.md S14).
/// </summary>
public readonly record struct Resource
{
    private readonly bool _bad;

    private Resource(string? rackName, string? appName, bool bad) => (RackName, AppName, _bad) = (rackName, appName, bad);

    /// <summary>The organization itself.</summary>
    public static Resource Org => default;

    public string? RackName { get; }

    public string? AppName { get; }

    public bool IsWellFormed => !_bad;

    public static Resource Rack(string rack) => new(rack, null, !IsName(rack));

    public static Resource App(string rack, string app) => new(rack, app, !IsName(rack) || !IsName(app));

    public static Resource Of(Kernel.RackRef rack) => Rack(rack.Rack);

    public static Resource Of(Kernel.AppRef app) => App(app.Rack.Rack, app.App);

    /// <summary>Reads <c>""</c> (the organization), <c>staging</c> or <c>staging/web</c>: the inverse of <see cref="ToString"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Resource resource)
    {
        var cut = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        resource = text switch
        {
            null => new(null, null, true),
            "" => Org,
            _ when cut < 0 => Rack(text),
            _ => App(text[..cut], text[(cut + 1)..]),
        };
        return resource.IsWellFormed;
    }

    /// <summary>How a person reads it: <c>the organization</c>, <c>rack staging</c>, <c>app staging/web</c>.</summary>
    public string Display => RackName is null ? "the organization" : AppName is null ? $"rack {RackName}" : $"app {RackName}/{AppName}";

    /// <summary>The stored form: <c>""</c>, <c>staging</c>, <c>staging/web</c>.</summary>
    public override string ToString() => RackName is null ? "" : AppName is null ? RackName : $"{RackName}/{AppName}";

    // A hot path: only what keeps matching sound. The grammar proper is Names.IsValid, checked where names are made.
    private static bool IsName(string? name) => name is { Length: > 0 and <= Kernel.Names.MaxLength } && !name.AsSpan().ContainsAny('/', '\n', '%');
}
