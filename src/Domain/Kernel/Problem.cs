namespace Palisade.Domain.Kernel;

/// <summary>
/// An expected refusal. <see cref="Code"/> is stable and machine-readable (<c>release.stale_plan</c>);
/// <see cref="Message"/> is one sentence for a person and never holds a secret or a <c>%</c> (the convox client uses it
/// as a printf format). The kind decides HTTP status, exit code and UI tone in one table (<see cref="ProblemKinds"/>).
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.problem")]
public abstract record Problem([property: Id(0)] string Code, [property: Id(1)] string Message)
{
    /// <summary>What the reader can do about it, when they can do something.</summary>
    [Id(2)]
    public string? Suggestion { get; init; }

    /// <summary>Message and suggestion as one text.</summary>
    public string Text => Suggestion is null ? Message : $"{Message}; {Suggestion}";
}

/// <summary>The request is malformed or breaks a rule that does not depend on state.</summary>
[GenerateSerializer, Immutable, Alias("palisade.problem.invalid")]
public sealed record Invalid(string Code, string Message) : Problem(Code, Message);

/// <summary>The thing does not exist, or must look as if it did not.</summary>
[GenerateSerializer, Immutable, Alias("palisade.problem.not-found")]
public sealed record NotFound(string Code, string Message) : Problem(Code, Message);

/// <summary>The caller is known but may not do this.</summary>
[GenerateSerializer, Immutable, Alias("palisade.problem.forbidden")]
public sealed record Forbidden(string Code, string Message) : Problem(Code, Message)
{
    /// <summary>Id under which the refusal can be explained, when a role decided it.</summary>
    [Id(0)]
    public string? DecisionId { get; init; }
}

/// <summary>The caller is not known: no credential, or one that is wrong, expired or revoked.</summary>
[GenerateSerializer, Immutable, Alias("palisade.problem.unauthenticated")]
public sealed record Unauthenticated(string Code, string Message) : Problem(Code, Message);

/// <summary>The state of the thing does not admit this now.</summary>
[GenerateSerializer, Immutable, Alias("palisade.problem.conflict")]
public sealed record Conflict(string Code, string Message) : Problem(Code, Message);

/// <summary>A limit or quota is used up.</summary>
[GenerateSerializer, Immutable, Alias("palisade.problem.exhausted")]
public sealed record Exhausted(string Code, string Message) : Problem(Code, Message);

/// <summary>Something that is needed cannot be reached at the moment.</summary>
[GenerateSerializer, Immutable, Alias("palisade.problem.unavailable")]
public sealed record Unavailable(string Code, string Message) : Problem(Code, Message);
