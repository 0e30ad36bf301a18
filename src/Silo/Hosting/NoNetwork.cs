using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Palisade.Silo.Hosting;

/// <summary>A transport that binds nothing, accepts nobody and reaches nobody.</summary>
internal sealed class NoNetwork : IConnectionListenerFactory, IConnectionFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new Nobody(endpoint));

    public ValueTask<ConnectionContext> ConnectAsync(
        EndPoint endpoint,
        CancellationToken cancellationToken = default
    ) => throw new InvalidOperationException($"This silo has no network; nothing is at {endpoint}.");

    private sealed class Nobody(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _unbound = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public EndPoint EndPoint => endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            new(_unbound.Task.WaitAsync(cancellationToken));

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _unbound.TrySetResult(null);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
