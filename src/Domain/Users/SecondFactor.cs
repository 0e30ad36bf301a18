using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>What proves a person beside the password: an authenticator app, and codes for the day it is lost.</summary>
[GenerateSerializer, Immutable, Alias("palisade.user.second-factor")]
public sealed record SecondFactor
{
    /// <summary>The app's secret, sealed under the person's own key.</summary>
    [Id(0)]
    public required Sealed Secret { get; init; }

    [Id(1)]
    public required DateTimeOffset Since { get; init; }

    /// <summary>The newest time step whose code was used: it and older ones are refused.</summary>
    [Id(2)]
    public required long LastStep { get; init; }

    /// <summary>
    /// Keyed fingerprints of the recovery codes that are left, at most <see cref="Users.RecoveryCodes.Count"/>.
    /// </summary>
    [Id(3)]
    public required ImmutableArray<string> RecoveryCodes { get; init; }

    public bool Equals(SecondFactor? other) =>
        other is not null
        && Secret == other.Secret
        && Since == other.Since
        && LastStep == other.LastStep
        && RecoveryCodes.SequenceEqual(other.RecoveryCodes);

    public override int GetHashCode() => HashCode.Combine(Since, LastStep, RecoveryCodes.Length);
}

/// <summary>A secret that was shown and not confirmed with a code yet.</summary>
[GenerateSerializer, Immutable, Alias("palisade.user.proposed-factor")]
public sealed record ProposedFactor([property: Id(0)] Sealed Secret, [property: Id(1)] DateTimeOffset At)
{
    /// <summary>Longer than anybody takes to scan a picture, shorter than a screen stays unattended.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(15);
}
