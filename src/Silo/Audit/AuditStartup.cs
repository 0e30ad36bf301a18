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
    private const int PageSize = 1000;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await KeepAsync("");
        ViewRow? last = null;
        do
        {
            var orgs = await store.Views.ListAsync(
                new ViewQuery("", ViewKinds.Org, "") { Limit = PageSize, After = last },
                cancellationToken
            );
            foreach (var org in orgs)
            {
                await KeepAsync(org.Key);
            }

            last = orgs.Length == PageSize ? orgs[^1] : null;
        } while (last is not null);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task KeepAsync(string org) =>
        store.Journal.AppendAsync(new Append { Org = org, Jobs = [AuditJob.For(org)] }, CancellationToken.None);
}
