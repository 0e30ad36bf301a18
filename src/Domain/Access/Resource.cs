using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Palisade.Domain.Access;

/// <summary>
/// What an operation is done to, inside one organization: the organization, a rack, an app of a rack, or a named item
/// (a workflow, an integration, a deploy key). An ill-formed name makes the resource ill-formed, and every decision on
/// it a refusal (security.md S14).
/// </summary>
public readonly record struct Resource
{
    private static readonly SearchValues<char> Unfit = SearchValues.Create("/:*%\n\r");

    private readonly bool _bad;

    private Resource(string? rackName, string? appName, string? itemName, bool bad) =>
        (RackName, AppName, ItemName, _bad) = (rackName, appName, itemName, bad);

    /// <summary>The organization itself.</summary>
    public static Resource Org => default;

    public string? RackName { get; }

    public string? AppName { get; }

    /// <summary>Name of a workflow, integration or deploy key.</summary>
    public string? ItemName { get; }

    public bool IsWellFormed => !_bad;

    public static Resource Rack(string rack) => new(rack, null, null, !IsName(rack));

    public static Resource App(string rack, string app) => new(rack, app, null, !IsName(rack) || !IsName(app));

    /// <summary>A named thing of the organization, or of one rack.</summary>
    public static Resource Item(string name, string? rack = null) =>
        new(rack, null, name, !IsName(name) || (rack is not null && !IsName(rack)));

    public static Resource Of(Kernel.RackRef rack) => Rack(rack.Rack);

    public static Resource Of(Kernel.AppRef app) => App(app.Rack.Rack, app.App);

    /// <summary>
    /// Reads <c>""</c> (the organization), <c>staging</c>, <c>staging/web</c>, <c>:nightly</c> or
    /// <c>staging:nightly</c>: the inverse of <see cref="ToString"/>.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Resource resource)
    {
        var cut = text?.AsSpan().IndexOfAny('/', ':') ?? -1;
        resource = text switch
        {
            null => new(null, null, null, true),
            "" => Org,
            _ when cut < 0 => Rack(text),
            _ when text[cut] == '/' => App(text[..cut], text[(cut + 1)..]),
            _ => Item(text[(cut + 1)..], cut == 0 ? null : text[..cut]),
        };
        return resource.IsWellFormed;
    }

    /// <summary>How a person reads it: <c>the organization</c>, <c>rack staging</c>, <c>app staging/web</c>.</summary>
    public string Display =>
        this switch
        {
            { _bad: true } => "an ill-formed name",
            { ItemName: not null } => RackName is null ? ItemName : $"{ItemName} of rack {RackName}",
            { AppName: not null } => $"app {RackName}/{AppName}",
            { RackName: not null } => $"rack {RackName}",
            _ => "the organization",
        };

    /// <summary>The stored form.</summary>
    public override string ToString() =>
        this switch
        {
            { ItemName: not null } => $"{RackName}:{ItemName}",
            { AppName: not null } => $"{RackName}/{AppName}",
            _ => RackName ?? "",
        };

    // A hot path: only what keeps matching sound. The grammar proper is Names.IsValid, checked where names are made.
    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= Kernel.Names.MaxLength } && !name.AsSpan().ContainsAny(Unfit);
}
