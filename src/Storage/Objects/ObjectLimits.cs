namespace Palisade.Storage.Objects;

/// <summary>How much may be stored under one key, and in all beside it. A number alone bounds the one object.</summary>
public readonly record struct ObjectLimits(long MaxBytes)
{
    public ObjectQuota? Quota { get; init; }

    public static implicit operator ObjectLimits(long maxBytes) => new(maxBytes);

    public static ObjectLimits FromInt64(long maxBytes) => maxBytes;
}

/// <summary>
/// S08: what the organization's objects whose keys start with <paramref name="Prefix"/> may take together, in bytes.
/// </summary>
public sealed record ObjectQuota(string Prefix, long Bytes);

/// <summary>The organization's quota is used up; nothing was kept of the object.</summary>
public sealed class ObjectQuotaException(ObjectQuota quota)
    : Exception($"The objects would take more than {quota.Bytes} bytes.")
{
    public ObjectQuota Quota { get; } = quota;
}
