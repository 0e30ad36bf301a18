using System.Collections.Immutable;

namespace Palisade.Web.Console.People;

/// <param name="SecondFactorSince">When the second factor was set up; none without one.</param>
public sealed record AccountJson(
    string Id,
    string Email,
    string Name,
    bool MustChangePassword,
    int RecoveryCodesLeft,
    ImmutableArray<string> Organizations,
    DateTimeOffset? SecondFactorSince = null
);

public sealed record ChangeAccountJson(string Name);

public sealed record ChangePasswordJson(string Current, string Replacement);

public sealed record PasswordJson(string Password);

public sealed record CodeJson(string Code);

/// <summary>For the authenticator app; shown once.</summary>
/// <param name="Secret">For typing, in base 32.</param>
/// <param name="Uri">For a QR code.</param>
public sealed record FactorJson(string Secret, string Uri);

/// <summary>Each stands in once for the second factor; shown once.</summary>
public sealed record RecoveryCodesJson(ImmutableArray<string> Codes);
