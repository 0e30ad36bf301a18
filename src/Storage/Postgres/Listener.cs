using Microsoft.Extensions.Logging;
using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Hears what other processes committed, on a connection of its own. When that breaks it connects again and tells
/// everybody to look again.
/// </summary>
internal sealed partial class Listener : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource _source;
    private readonly Notices _notices;
    private readonly CommitNews _news;
    private readonly Func<CancellationToken, Task> _reconnected;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private Listener(
        NpgsqlConnection connection,
        NpgsqlDataSource source,
        Notices notices,
        CommitNews news,
        Func<CancellationToken, Task> reconnected,
        ILogger logger
    )
    {
        (_source, _notices, _news, _reconnected, _logger) = (source, notices, news, reconnected, logger);
        _loop = Task.Run(() => LoopAsync(connection));
    }

    /// <param name="source">Not pooled, with keepalives: a connection that only waits must notice that it is
    /// dead.</param>
    /// <param name="reconnected">Runs when the server may be another one than before.</param>
    public static async Task<Listener> StartAsync(
        NpgsqlDataSource source,
        Notices notices,
        CommitNews news,
        Func<CancellationToken, Task> reconnected,
        ILogger logger,
        CancellationToken cancellationToken
    ) => new(await ConnectAsync(source, cancellationToken), source, notices, news, reconnected, logger);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private static async Task<NpgsqlConnection> ConnectAsync(
        NpgsqlDataSource source,
        CancellationToken cancellationToken
    )
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            if (!await OpenLock.TryShareAsync(connection, cancellationToken))
            {
                throw new StoreUnusableException(
                    "palisade admin works on the keys of this database. Start again when it is done."
                );
            }

            await using var command = new NpgsqlCommand($"LISTEN {Notices.Channel}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task LoopAsync(NpgsqlConnection? connection)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (connection is null)
                {
                    connection = await ConnectAsync(_source, _stop.Token);
                    _news.LookAgain();
                    await _reconnected(_stop.Token);
                }

                connection.Notification += Hear;
                while (true)
                {
                    await connection.WaitAsync(_stop.Token);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Nobody listens any more.
            }
#pragma warning disable CA1031 // Whatever broke the connection: it is made again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Lost(_logger, exception);
                await Task.Delay(Pause, CancellationToken.None);
            }
            finally
            {
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                    connection = null;
                }
            }
        }
    }

    private void Hear(object sender, NpgsqlNotificationEventArgs notification)
    {
        if (_notices.Read(notification.Payload) is not { } changes)
        {
            return;
        }

        if (changes.Any(change => change.Topic is "" or Notices.KeysErased))
        {
            _news.LookAgain();
        }

        _news.Hear([.. changes.Where(change => change.Topic is not ("" or Notices.KeysErased))]);
    }

    [LoggerMessage(EventId = 32, Level = LogLevel.Warning, Message = "The connection that hears of changes was lost")]
    private static partial void Lost(ILogger logger, Exception exception);
}
