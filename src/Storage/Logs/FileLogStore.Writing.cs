namespace Palisade.Storage.Logs;

/// <summary>Writing what is buffered, and the end of it.</summary>
internal sealed partial class FileLogStore
{
    /// <summary>Writes and syncs everything that is buffered.</summary>
    public async Task FlushAllAsync(CancellationToken cancellationToken)
    {
        foreach (var log in Open())
        {
            await FlushAsync(log, cancellationToken);
        }
    }

    /// <summary>
    /// Writes what is buffered, as far as it can be, and ends. Not a disposal: a container of services that hands this
    /// out would end it before its users and its store.
    /// </summary>
    public async Task CloseAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        foreach (var log in Open())
        {
            await WriteAsync(log, sync: true);
        }

        _stop.Dispose();
        _work.Dispose();
    }

    private List<string> Open()
    {
        lock (_gate)
        {
            return [.. _open.Keys];
        }
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            while (true)
            {
                await _work.WaitAsync(_stop.Token);

                // Real time and not the store's clock: this paces the disk and is in no record.
                await Task.Delay(FlushDelay, _stop.Token);
                List<string> due;
                lock (_gate)
                {
                    due = [.. _unwritten];
                    _unwritten.Clear();
                }

                foreach (var log in due)
                {
                    await WriteAsync(log, sync: false);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping; DisposeAsync writes the rest.
        }
    }

    private async Task WriteAsync(string log, bool sync)
    {
        try
        {
            using var lease = await AcquireAsync(log, CancellationToken.None);
            await lease.File.FlushAsync(sync, CancellationToken.None);
        }
        // A full disk under one log must not stop the others; its lines stay buffered and its appenders see the fault.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            WriteFailed(_logger, exception, log);
        }
    }
}
