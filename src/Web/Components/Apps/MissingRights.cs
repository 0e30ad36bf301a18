using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Components.EffectiveAccess;

namespace Palisade.Web.Components.Apps;

/// <summary>Says what a person lacks for something that a page offers (console.md 9).</summary>
internal sealed class MissingRights(Policies policies)
{
    /// <summary>The first of the operations on an app that is refused; null: none is.</summary>
    public ValueTask<MissingRight?> OfAsync(
        Caller caller,
        AppRef app,
        IEnumerable<Operation> operations,
        CancellationToken cancellationToken
    ) => OfAsync(caller, Resource.Of(app), operations, cancellationToken);

    /// <summary>The first of the operations that is refused; null: nothing is missing.</summary>
    public async ValueTask<MissingRight?> OfAsync(
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
                return new MissingRight(
                    leg?.Permission ?? operation.Name,
                    leg?.Operation ?? operation.Name,
                    resource.Display,
                    caller.Org!
                )
                {
                    Why = AccessAddress.Why(caller.Org!, caller.Principal.Id, operation, resource),
                };
            }
        }

        return null;
    }
}
