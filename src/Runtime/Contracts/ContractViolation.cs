namespace Orleans.Runtime;

/// <summary>Something about the grain interfaces or their types that Orleans would refuse or silently get wrong.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="Where">The type, member, method or parameter.</param>
/// <param name="Message">What is wrong, for a person.</param>
public sealed record ContractViolation(ContractRule Kind, string Where, string Message)
{
    public override string ToString() => $"{Kind}: {Where}: {Message}";
}
