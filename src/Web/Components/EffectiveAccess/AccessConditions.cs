using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Keys;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>What it takes beside the right, which enforcement asks for too. Pure.</summary>
public static class AccessConditions
{
    /// <summary>There may be some that the reader may not know.</summary>
    public static ImmutableArray<AccessCondition> Untold { get; } = [new(Tone.None, "not told to you")];

    /// <param name="required">The organization requires a second factor.</param>
    /// <param name="hasSecondFactor">Null: that is not told to the reader.</param>
    public static ImmutableArray<AccessCondition> OfPerson(Operation operation, bool required, bool? hasSecondFactor)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return
        [
            .. (required, hasSecondFactor) switch
            {
                (true, false) => [new(Tone.Bad, "Not before they set up a second factor")],
                (true, null) => [new(Tone.Warn, "Not without a second factor")],
                _ => Array.Empty<AccessCondition>(),
            },
            .. (operation.StepUp, hasSecondFactor) switch
            {
                (true, true) => [new(Tone.Warn, "With a code of their second factor, 10 minutes old at most")],
                (true, null) => [new(Tone.Warn, "With a code, if they have a second factor")],
                _ => Array.Empty<AccessCondition>(),
            },
        ];
    }

    /// <summary>Of who will accept it, who may have a second factor or not.</summary>
    public static ImmutableArray<AccessCondition> OfInvite(Operation operation) =>
        [new(Tone.Warn, "Not before it is accepted"), .. OfPerson(operation, required: false, hasSecondFactor: null)];

    public static ImmutableArray<AccessCondition> OfKey(Operation operation, DeployKeyView key)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(key);
        var (networks, counted) = (key.Spec.Networks, KeyUses.Count(operation) ? key.Spec.UseLimit : null);
        return
        [
            .. networks.IsDefaultOrEmpty
                ? Array.Empty<AccessCondition>()
                : [new(Tone.Warn, $"Only from {string.Join(", ", networks)}")],
            .. counted is not { } limit ? Array.Empty<AccessCondition>()
            : key.Uses >= limit ? [new(Tone.Bad, $"No more: its {limit} changes are made")]
            : [new(Tone.Warn, $"{limit - key.Uses} of {limit} changes are left")],
        ];
    }
}

/// <param name="Tone">Bad: it can't be done as things are.</param>
public sealed record AccessCondition(Tone Tone, string Text);
