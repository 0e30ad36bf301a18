using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>Whose access is asked about, as pages show it.</summary>
/// <param name="Name">The id where the reader may not know more.</param>
public sealed record SubjectRow(AccessSubject Subject, string Name)
{
    public string Detail { get; init; } = "";

    /// <summary>Of its page; null: there is none for the reader.</summary>
    public string? Link { get; init; }

    /// <summary>Why they can do nothing, whatever they hold; null: they can, or it is not told.</summary>
    public string? Barred { get; init; }

    /// <summary>Null: it is not told to the reader, or it is no person.</summary>
    public bool? HasSecondFactor { get; init; }

    public string Sort =>
        Subject.Kind switch
        {
            PrincipalKind.User => "Member",
            PrincipalKind.DeployKey => "Deploy key",
            _ => "Invite: what who accepts it will hold",
        };

    /// <summary>What it takes beside the right.</summary>
    public ImmutableArray<AccessCondition> Conditions(Operation operation) =>
        Subject switch
        {
            { Kind: PrincipalKind.User } => AccessConditions.OfPerson(
                operation,
                Subject.Policy.RequiresSecondFactor,
                HasSecondFactor
            ),
            { Key: { } key } when Link is not null => AccessConditions.OfKey(operation, key),
            { Key: not null } => AccessConditions.Untold,
            _ => AccessConditions.OfInvite(operation),
        };
}

/// <summary>Who was found; or what the reader lacks to ask; or whom they may have meant.</summary>
public sealed record SubjectFound(SubjectRow? Row)
{
    public Apps.MissingRight? MayNot { get; init; }

    public ImmutableArray<(string Id, string Name, string Detail)> Alike { get; init; } = [];
}
