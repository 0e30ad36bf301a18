using System.Collections.Immutable;

namespace Palisade.Web.Console.People;

public sealed record MemberJson(
    string Id,
    string Name,
    string Email,
    bool SecondFactor,
    DateTimeOffset Since,
    ImmutableArray<GrantJson> Roles,
    ImmutableArray<string> Groups
);

public sealed record SetRolesJson(ImmutableArray<GrantJson> Roles);

/// <param name="Password">Give a new one, which must be changed at the first sign-in.</param>
/// <param name="SecondFactor">Remove it.</param>
public sealed record ResetJson(bool Password, bool SecondFactor);

/// <param name="Password">Shown once; none when it was left as it is.</param>
public sealed record ResetAnswerJson(string? Password = null, DateTimeOffset? Expires = null);

/// <summary>What a person who goes may still know.</summary>
/// <param name="Keys">Deploy keys that they made or were shown a secret of that works.</param>
/// <param name="Reveals">Secrets that they were shown, from the records.</param>
/// <param name="Invites">Invites of theirs that wait; they are void once their sender is gone.</param>
public sealed record KnownCredentialsJson(
    ImmutableArray<KnownKeyJson> Keys,
    ImmutableArray<RevealJson> Reveals,
    ImmutableArray<string> Invites
);

public sealed record KnownKeyJson(string Id, string Name, bool Made, bool HasSecret);

/// <param name="Operation">How they were shown: <c>app.env.reveal</c>.</param>
/// <param name="Last">The latest time.</param>
public sealed record RevealJson(string Operation, string Resource, int Count, DateTimeOffset Last);

/// <summary>A key that was rolled because a person went, with its new secret, or why it was not.</summary>
public sealed record RolledKeyJson(string Id, string? Secret = null, string? Problem = null);

public sealed record RemovedJson(ImmutableArray<RolledKeyJson> Rolled);

/// <param name="Roll">Ids of deploy keys to give new secrets to; their old ones end at once.</param>
public sealed record RemoveJson(ImmutableArray<string> Roll);

public sealed record OrgSettingsJson(string Name, DateTimeOffset Created, bool RequireSecondFactor);

public sealed record ChangeOrgSettingsJson(bool RequireSecondFactor);
