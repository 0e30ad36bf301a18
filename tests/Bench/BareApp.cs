namespace Palisade.Bench;

/// <summary>An app as the API shows it.</summary>
internal sealed record BareApp(
    string Name,
    string Status,
    string Release,
    string Generation,
    bool Locked,
    string Router,
    Dictionary<string, string> Parameters
);
