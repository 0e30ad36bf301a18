using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Access;

/// <summary>What <see cref="Caller.Counted"/> holds: one read of one resource.</summary>
public static class CountedReads
{
    public static string Of(Operation operation, Resource resource)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return $"{operation.Name} {resource}";
    }

    public static bool Has(Caller caller, Operation operation, Resource resource)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.Counted is { } counted && counted == Of(operation, resource);
    }
}
