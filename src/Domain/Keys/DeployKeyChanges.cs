using System.Collections.Immutable;
using Palisade.Domain.Audit.Changes;

namespace Palisade.Domain.Keys;

/// <summary>What records say that an event changed about a deploy key, or about which keys there are.</summary>
public static class DeployKeyChanges
{
    public static ChangeSet Of(DeployKeyState before, DeployKeyState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new ChangeList();
        Spec(changes, "", before.Spec, after.Spec);
        changes.Text("madeBy", before.MadeBy, after.MadeBy);
        ChangeList.Map("secrets", ById(before.Secrets), ById(after.Secrets), Secret);
        changes.Number("uses", before.Uses, after.Uses);
        changes.Time("reported", before.Reported, after.Reported);
        return changes.ToSet();

        void Secret(string path, KeySecret? was, KeySecret? now)
        {
            // The secret itself is nowhere; these are who was shown it, and until when it works.
            changes.Text($"{path}.shownTo", was?.ShownTo, now?.ShownTo);
            changes.Time($"{path}.until", was?.Until, now?.Until);
        }
    }

    public static ChangeSet Of(KeyRegistry before, KeyRegistry after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new ChangeList();
        ChangeList.Map("keys", before.Keys, after.Keys, (path, was, now) => Spec(changes, $"{path}.", was, now));
        return changes.ToSet();
    }

    private static void Spec(ChangeList changes, string path, DeployKeySpec? before, DeployKeySpec? after)
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }

        changes.Text($"{path}name", before?.Name, after?.Name);
        changes.Text($"{path}racks", before?.Racks.ToString(), after?.Racks.ToString());
        changes.Text($"{path}apps", before?.Apps.ToString(), after?.Apps.ToString());
        changes.List($"{path}roles", Items(before?.Roles), Items(after?.Roles));
        changes.Flag($"{path}narrow", before?.Narrow ?? false, after?.Narrow ?? false);
        changes.List($"{path}networks", Items(before?.Networks), Items(after?.Networks));
        changes.Number($"{path}useLimit", before?.UseLimit, after?.UseLimit);
        changes.Time($"{path}expires", before?.Expires, after?.Expires);
    }

    // A stored list without items deserializes to a default array.
    private static ImmutableArray<string> Items(ImmutableArray<string>? items) =>
        items is { IsDefault: false } some ? some : [];

    private static ImmutableSortedDictionary<string, KeySecret> ById(ImmutableArray<KeySecret> secrets) =>
        secrets.ToImmutableSortedDictionary(secret => secret.CredentialId, secret => secret, StringComparer.Ordinal);
}
