using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Views;

namespace Palisade.Silo.Audit;

/// <summary>
/// Sees to it that every log is kept: the installation's, and those of organizations that were there before their
/// creation did.
/// </summary>
public sealed class AuditStartup(IStore store) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await KeepAsync("");
        await foreach (var org in store.Views.AllAsync(new("", ViewKinds.Org, ""), cancellationToken))
        {
            await KeepAsync(org.Key);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task KeepAsync(string org) =>
        store.Journal.AppendAsync(new Append { Org = org, Jobs = [AuditJob.For(org)] }, CancellationToken.None);
}
