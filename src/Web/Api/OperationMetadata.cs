using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Web.Api;

/// <summary>
/// Which operations of the table a route may carry out. With one it is decided before the route runs; with several the
/// route says which, from what was sent.
/// </summary>
/// <param name="Anonymous">No sign-in: the request proves what it needs by its content (an invite, a leaked key).
/// Counted per address.</param>
public sealed record OperationMetadata(ImmutableArray<Operation> Operations, bool Deferred, bool Anonymous = false);

/// <summary>Names the operations of routes.</summary>
public static class OperationExtensions
{
    /// <summary>The route does exactly this, on what its path names: it is decided before the route runs.</summary>
    public static TBuilder Operation<TBuilder>(this TBuilder route, Operation operation)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new OperationMetadata([operation], Deferred: false));

    /// <summary>
    /// The route asks for one of these itself (<c>RequireAsync</c>), once it knows which one and on what; an answer
    /// without having asked is a bug and refused.
    /// </summary>
    public static TBuilder OperationByContent<TBuilder>(this TBuilder route, params Operation[] operations)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new OperationMetadata([.. operations], Deferred: true));

    /// <summary>
    /// The route needs no sign-in: what it is sent proves what it may do, which the grain decides and records. Its
    /// caller is nobody, and its requests are counted per address.
    /// </summary>
    public static TBuilder OperationOfNobody<TBuilder>(this TBuilder route, Operation operation)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new OperationMetadata([operation], Deferred: true, Anonymous: true));
}
