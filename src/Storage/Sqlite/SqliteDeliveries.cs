using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteDeliveries(Writer writer, ReadPool readers) : IDeliveries
{
    public Task<Delivery?> FindAsync(string org, string sink, CancellationToken cancellationToken = default) =>
        readers.ReadAsync(
            db =>
            {
                using var row = db.Prepare($"SELECT {DeliveryRow.Columns} FROM delivery WHERE org = ? AND sink = ?")
                    .Add(org)
                    .Add(sink);
                return row.Step() ? DeliveryRow.Read(row) : null;
            },
            cancellationToken
        );

    public Task<bool> SaveAsync(
        JobFence fence,
        string org,
        string sink,
        Delivery delivery,
        CancellationToken cancellationToken = default
    ) =>
        writer.WriteAsync(
            session =>
            {
                var saved =
                    JobTable.IsCurrent(session.Connection, fence)
                    && session
                        .Prepare(
                            """
                            INSERT OR REPLACE INTO delivery (org, sink, next, succeeded, failures, since, error)
                            VALUES (?, ?, ?, ?, ?, ?, ?)
                            """
                        )
                        .Add(org)
                        .Add(sink)
                        .Add(delivery.Next)
                        .Add(delivery.Succeeded)
                        .Add(delivery.Failures)
                        .Add(delivery.FailingSince)
                        .Add(delivery.Error)
                        .Run() == 1;
                if (saved)
                {
                    session.Notify(IDeliveries.Topic(org));
                }

                return saved;
            },
            cancellationToken
        );

    public Task DeleteAsync(string org, string sink, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(
            session => session.Prepare("DELETE FROM delivery WHERE org = ? AND sink = ?").Add(org).Add(sink).Run(),
            cancellationToken
        );
}
