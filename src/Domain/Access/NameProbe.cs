namespace Palisade.Domain.Access;

/// <summary>
/// How a selector relates to a resource. <see cref="Maybe"/> comes only from lists: some item could match.
/// </summary>
internal enum Match
{
    No,
    Maybe,
    Yes,
}

/// <summary>
/// The names that selectors are held against: of one resource, or of a whole class of resources that all selectors
/// treat alike (<see cref="EscalationGuard"/>). Names are looked up when a selector asks: most decisions need one or
/// none. Passed by reference.
/// </summary>
internal struct NameProbe
{
    /// <summary>Stands for any name that nobody wrote down; not a valid name, so no exact selector holds it.</summary>
    public const string Other = "*";

    private readonly NameScope? _scope;
    private readonly string? _rackName;
    private readonly string? _leafName;
    private KnownName? _rack;
    private KnownName? _leaf;

    public NameProbe(NameScope scope, in Resource resource, bool listing = false)
    {
        (_scope, _rackName, _leafName) = (scope, resource.RackName, resource.AppName ?? resource.ItemName);
        (HasApp, HasItem) = (resource.AppName is not null, resource.ItemName is not null);
        Listing = listing;
    }

    /// <summary>
    /// A class of resources: the same name stands for apps and items, since no operation is decided by both.
    /// </summary>
    public NameProbe(KnownName? rack, KnownName? leaf) =>
        (_rack, _leaf, _rackName, HasApp, HasItem) = (rack, leaf, rack?.Text, leaf is not null, leaf is not null);

    public bool HasApp { get; }

    public bool HasItem { get; }

    public readonly bool HasRack => _rackName is not null;

    /// <summary>
    /// Whether a missing rack or app means "some" (a list) rather than "none"; false where both are there.
    /// </summary>
    public bool Listing
    {
        readonly get;
        set => field = value && !(HasRack && HasApp);
    }

    public KnownName Rack => _rack ??= _scope!.Rack(_rackName!);

    public KnownName Leaf => _leaf ??= _scope!.Leaf(_leafName!);
}
