namespace Palisade.Domain.Apps;

/// <summary>How many releases of an app are kept, so that one can go back to them (S08).</summary>
/// <param name="Newest">The newest ones.</param>
/// <param name="Proven">The newest ones that ran once, however many were made since.</param>
public readonly record struct KeptReleases(int Newest, int Proven)
{
    /// <summary>Of <paramref name="Newest"/>: an app's state holds all that are kept, and a tenth more.</summary>
    public const int MaxNewest = 800;

    /// <summary>For people: which ones those are.</summary>
    public override string ToString() => $"the newest {Newest} releases of an app, and the newest {Proven} that ran";
}
