namespace Palisade.Web.Components.Apps.Detail;

/// <summary>What the address of the processes' page asks for: at most one of the three is planned.</summary>
/// <param name="Scale">A service.</param>
/// <param name="Restart">A service, or <see cref="All"/>.</param>
/// <param name="Stop">A process.</param>
public sealed record ProcessQuery(string? Scale, string? Restart, string? Stop)
{
    /// <summary>No service has such a name.</summary>
    public const string All = "*";

    public int? Count { get; init; }

    public int? Cpu { get; init; }

    public int? Memory { get; init; }

    public bool RestartsAll => Restart == All;

    public bool IsAnything => (Scale ?? Restart ?? Stop) is not null;

    /// <summary>What is not named stays.</summary>
    public ServiceSize SizeFrom(ServiceSize now) => new(Count ?? now.Count, Cpu ?? now.Cpu, Memory ?? now.Memory);
}
