using System.Text.Json.Serialization;

namespace Palisade.Domain.Kernel;

/// <summary>What kind of principal acts (access-model.md).</summary>
[GenerateSerializer, Alias("palisade.principal-kind")]
public enum PrincipalKind
{
    None,
    User,
    DeployKey,
    Operator,
    System,
}

/// <summary>Who acts: a stable id and the name it had at the time.</summary>
[GenerateSerializer, Immutable, Alias("palisade.principal")]
public sealed record Principal(PrincipalKind Kind, string Id, string Name)
{
    /// <summary>The process itself. Only what jobs do between decisions is done as this one.</summary>
    public static Principal System { get; } = new(PrincipalKind.System, "system", "system");

    /// <summary>Whether it is the same one, whatever its name was at the time.</summary>
    public bool Is(Principal other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Kind == other.Kind && Id == other.Id;
    }

    public override string ToString() => $"{Kind}:{Id}";
}

/// <summary>
/// Who asks, proven by authentication at the edge and passed along with every grain command. Never built from a field
/// that a client fills.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.caller")]
public sealed record Caller
{
    [Id(0)]
    public required Principal Principal { get; init; }

    /// <summary>
    /// How they signed in: <c>password</c>, <c>cli-token</c>, <c>session</c>, <c>job</c>, <c>first-run</c>.
    /// </summary>
    [Id(1)]
    public required string SignIn { get; init; }

    /// <summary>Id of the credential (not the secret), so that records can say which token acted.</summary>
    [Id(2)]
    public string? CredentialId { get; init; }

    [Id(3)]
    public required string Ip { get; init; }

    /// <summary>User agent, at most 200 characters, control characters removed.</summary>
    [Id(4)]
    public required string Client { get; init; }

    /// <summary>12 hex; the same id is in the response header, the log and the journal.</summary>
    [Id(5)]
    public required string RequestId { get; init; }

    /// <summary>The organization the request acts in; none for account and installation operations.</summary>
    [Id(6)]
    public string? Org { get; init; }

    /// <summary>
    /// The person's first password is not changed yet. A session (<see cref="SignIn"/> <c>session</c>) then does
    /// nothing but change it (S02); set by whoever proves a session, from the account as of the request.
    /// </summary>
    [Id(8)]
    public bool MustChangePassword { get; init; }

    /// <summary>The person has a second factor, as of the request.</summary>
    [Id(9)]
    public bool HasSecondFactor { get; init; }

    /// <summary>When it was last proven with this very credential; never carried from one to another.</summary>
    [Id(10)]
    public DateTimeOffset? SecondFactorAt { get; init; }

    /// <summary>
    /// The request is to have its effect once, however often it is sent. Not carried along into jobs.
    /// </summary>
    [Id(11)]
    public IdempotencyKey? Idempotency { get; init; }

    /// <summary>
    /// The read that the edge decided and counted for this request, of which resource: the grain that it leads to does
    /// not count it again. Not carried along into jobs.
    /// </summary>
    [Id(12)]
    public string? Counted { get; init; }

    /// <summary>What the request's freshness read proved; null where each look reads anew. Never stored.</summary>
    [Id(13), JsonIgnore]
    public ProvenHeads? Proven { get; init; }
}
