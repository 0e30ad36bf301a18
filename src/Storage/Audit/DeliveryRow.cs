namespace Palisade.Storage.Audit;

/// <summary>Rows of delivery.</summary>
internal static class DeliveryRow
{
    public const string Columns = "next, succeeded, failures, since, error";

    public static Delivery Read(IRow row) =>
        new(row.Int64(0))
        {
            Succeeded = row.TimeOrNull(1),
            Failures = row.Int32(2),
            FailingSince = row.TimeOrNull(3),
            Error = row.TextOrNull(4),
        };
}
