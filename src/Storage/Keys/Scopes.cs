namespace Palisade.Storage.Keys;

/// <summary>Names of data keys' scopes.</summary>
internal static class Scopes
{
    /// <summary>The organization's own key; that of the installation for "".</summary>
    public static string Org(string org) => org.Length == 0 ? "installation" : $"org/{org}";
}
