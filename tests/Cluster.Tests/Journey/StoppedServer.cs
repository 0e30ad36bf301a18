using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Driver;
using Palisade.Grains.Orgs;
using Palisade.Grains.Users;
using Palisade.Silo.Hosting;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Sqlite;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>Works on the data folder of a stopped server: the only one who may open it then.</summary>
public static class StoppedServer
{
    /// <summary>The store alone, as its admin commands open it.</summary>
    public static Task<SqliteStore> OpenAsync(ServerProcess server) =>
        SqliteStore.OpenAsync(
            new() { DataDirectory = server.Data, Events = EventCatalog.From(typeof(IDomainEvent).Assembly) },
            TimeProvider.System,
            NullLoggerFactory.Instance
        );

    /// <summary>
    /// Adds a member of the first organization with one built-in role on every rack, through the grains, since nothing
    /// else invites people yet. Gives a CLI token.
    /// </summary>
    public static async Task<string> AddMemberAsync(ServerProcess server, string id, Role role)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddPalisadeGrains(new SiloOptions { DataDirectory = server.Data });
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var org = server.FirstRun.Organization;
        var user = grains.GetGrain<IUserGrain>(id);
        Must(
            await user.RegisterAsync(
                As(PrincipalKind.Operator, "test", null),
                new RegisterUser(
                    $"{id}@example.test",
                    id,
                    new Sensitive<string>("gravel lantern otter 72 plinth"),
                    MustChangePassword: false
                )
            )
        );
        var administrator = await AdministratorAsync(host.Services.GetRequiredService<IStore>(), org);
        Must(
            await grains
                .GetGrain<IOrgGrain>(org)
                .AddMemberAsync(As(PrincipalKind.User, administrator, org), id, [RoleGrant.OnAllRacks(role)])
        );
        var issued = await user.IssueCredentialAsync(
            As(PrincipalKind.User, id, null),
            new IssueCredential("cli", "test", TimeSpan.FromDays(1))
        );
        Must(issued.Map(_ => new Done()));
        await host.StopAsync();
        return issued.Value.Secret.Reveal();
    }

    /// <summary>Everything recorded about an org, oldest first.</summary>
    public static async Task<IReadOnlyList<StoredEntry>> RecordsAsync(IStore store, string org)
    {
        var newest = await store.Journal.SearchAsync(new EntryFilter { Org = org, Limit = 1000 });
        Assert.True(newest.Length < 1000, "there are more records than one search gives");
        return [.. newest.Reverse()];
    }

    private static async Task<string> AdministratorAsync(IStore store, string org) =>
        (await RecordsAsync(store, org))
            .Select(r => r.Event)
            .OfType<OrgEvent>()
            .OfType<MemberAdded>()
            .Select(m => m.UserId)
            .FirstOrDefault()
        ?? (await RecordsAsync(store, org)).First(r => r.Actor.Kind == PrincipalKind.User).Actor.Id;

    private static Caller As(PrincipalKind kind, string id, string? org) =>
        new()
        {
            Principal = new Principal(kind, id, id),
            SignIn = "test",
            Ip = "127.0.0.1",
            Client = "test",
            RequestId = "0123456789ab",
            Org = org,
        };

    private static void Must(Result<Done> result) => Assert.True(result.Ok, result.Ok ? "" : result.Problem.Text);
}
