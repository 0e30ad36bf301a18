using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>An operation on a resource, as an address says it. Pure.</summary>
/// <param name="On"><c>staging</c>, <c>staging/web</c>, or "" for the organization.</param>
public sealed record AccessQuestion(string Op, string On)
{
    public static AccessQuestion From(string? op, string? on) => new(op?.Trim() ?? "", on?.Trim() ?? "");

    /// <summary>Whether an operation was chosen.</summary>
    public bool IsAsked => Op.Length > 0;

    public Operation? Operation => Operations.Find(Op) is { Type: not ResourceType.None } known ? known : null;

    public Resource? Resource => Domain.Access.Resource.TryParse(On, out var resource) ? resource : null;

    /// <summary>Why it can't be answered, as a sentence; null: it can.</summary>
    public string? Fault =>
        this switch
        {
            { IsAsked: true, Operation: null } => $"There is no operation {Printable.Of(Op)} that roles decide.",
            { Resource: null } =>
                $"{Printable.Of(On)} names no resource: write staging or staging/web, or nothing for the organization.",
            _ => null,
        };
}
