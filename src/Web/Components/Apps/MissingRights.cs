using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;

namespace Palisade.Web.Components.Apps;

/// <summary>Says what a person lacks for something that a page offers (console.md 9).</summary>
internal sealed class MissingRights(Policies policies)
{
    /// <summary>The first of the operations on an app that is refused, as a sentence; null: none is.</summary>
    public ValueTask<string?> OfAsync(
        Caller caller,
        AppRef app,
        IEnumerable<Operation> operations,
        CancellationToken cancellationToken
    ) => OfAsync(caller, Resource.Of(app), operations, cancellationToken);

    /// <summary>The first of the operations that is refused, as a sentence; null: nothing is missing.</summary>
    public async ValueTask<string?> OfAsync(
        Caller caller,
        Resource resource,
        IEnumerable<Operation> operations,
        CancellationToken cancellationToken
    )
    {
        var policy = await policies.OfAsync(caller.Org!, cancellationToken);
        foreach (var operation in operations)
        {
            var decision = policy.Decide(caller, operation, resource);
            if (!decision.Allowed)
            {
                var leg = decision.Explain().Legs.FirstOrDefault(l => !l.Allowed);
                return $"You need {leg?.Permission ?? operation.Name} ({leg?.Operation ?? operation.Name}) on {resource.Display}. "
                    + $"Ask an Administrator of {caller.Org}.";
            }
        }

        return null;
    }
}
