using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit.Changes;

/// <summary>What a field held.</summary>
public abstract record ChangeValue
{
    private ChangeValue() { }

    public sealed record Text(string Value) : ChangeValue
    {
        public override string ToString() => Value;
    }

    public sealed record Number(long Value) : ChangeValue
    {
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    public sealed record Flag(bool Value) : ChangeValue
    {
        public override string ToString() => Value ? "true" : "false";
    }

    /// <summary>A short list that is one value: the roles of a member.</summary>
    public sealed record List(ImmutableArray<string> Items) : ChangeValue
    {
        public bool Equals(List? other) => other is not null && Items.SequenceEqual(other.Items);

        public override int GetHashCode() => Items.Length;

        public override string ToString() => $"[{string.Join("; ", Items)}]";
    }

    /// <summary>
    /// What is personal, sealed under the person's own key (S30): whoever destroys that key erases it here as well.
    /// </summary>
    /// <param name="Place">What it was sealed for; see <see cref="Sealed"/>.</param>
    public sealed record Personal(Sealed Box, string Place) : ChangeValue
    {
        public override string ToString() => "(sealed)";
    }
}
