using System.Collections.Immutable;
using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Access;
using Palisade.Storage;
using Palisade.Storage.Operating;
using Palisade.Storage.Postgres;
using Palisade.Storage.Sqlite;

namespace Palisade.Cli.Admin;

/// <summary>
/// The store that a command works on: the PostgreSQL database when one is named, which servers may go on using, else
/// the folder of a stopped server.
/// </summary>
internal sealed class AdminStore : IAsyncDisposable
{
    private readonly string? _ownLogs;

    private AdminStore(IStore store, string? ownLogs) => (Store, _ownLogs) = (store, ownLogs);

    public IStore Store { get; }

    public bool IsPostgres => _ownLogs is not null;

    public static async Task<AdminStore> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (AdminOptions.FindPostgres(parsed) is not { } options)
        {
            var folder = AdminOptions.ExistingFolder(parsed);
            return new(
                await SqliteStore.OpenAsync(folder, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken),
                null
            );
        }

        await PostgresStore.RequireCurrentAsync(options, cancellationToken);
        // One more node for a moment, which has no logs of its own: those of a server's folder are held by that.
        var ownLogs = Directory.CreateTempSubdirectory("palisade-admin-").FullName;
        options.LogsDirectory = ownLogs;
        try
        {
            return new(
                await PostgresStore.OpenAsync(options, null, NullLoggerFactory.Instance, cancellationToken),
                ownLogs
            );
        }
        catch
        {
            Directory.Delete(ownLogs, recursive: true);
            throw;
        }
    }

    public Task RecordAsync(
        Operation operation,
        CancellationToken cancellationToken,
        params (string Key, string Value)[] details
    ) =>
        OperatorLog.WriteAsync(
            Store,
            Environment.UserName,
            operation,
            details.ToImmutableSortedDictionary(detail => detail.Key, detail => detail.Value, StringComparer.Ordinal),
            cancellationToken
        );

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (_ownLogs is not null)
        {
            Directory.Delete(_ownLogs, recursive: true);
        }
    }
}
