namespace Palisade.Domain.Audit;

/// <summary>
/// What a log is called in its origin, its stream and its grain's key: its organization, or <see cref="Installation"/>.
/// </summary>
public static class LogName
{
    /// <summary>The installation's own log; no organization can be called so.</summary>
    public const string Installation = "_installation";

    public static string Of(string org) => string.IsNullOrEmpty(org) ? Installation : org;

    /// <summary>The organization whose log is called so; "" for the installation's own.</summary>
    public static string OrgOf(string name) => name == Installation ? "" : name;
}
