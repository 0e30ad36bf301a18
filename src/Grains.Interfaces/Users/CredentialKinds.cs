namespace Palisade.Grains.Users;

/// <summary>Kinds of what a person proves themselves with.</summary>
public static class CredentialKinds
{
    /// <summary>A CLI token.</summary>
    public const string Cli = "cli";

    /// <summary>A session of the console.</summary>
    public const string Session = "session";

    /// <summary>A sign-in whose second step is still to come; opens nothing.</summary>
    public const string SignIn = "signin";

    /// <summary>An operator token: the person as operator of the installation (S04).</summary>
    public const string Operator = "operator";
}
