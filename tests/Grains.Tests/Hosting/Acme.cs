using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Releases;
using Palisade.Domain.Users;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Orgs;
using Palisade.Grains.Racks;
using Palisade.Grains.Users;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Hosting;

/// <summary>
/// The organization <c>acme</c> with its people and the rack <c>acme/staging</c>, as a first run and an administrator
/// leave it.
/// </summary>
internal sealed class Acme(TestHost host) : IAsyncDisposable
{
    public TestHost Host => host;

    public static Caller Operator { get; } = By("root", PrincipalKind.Operator, null);

    public static Caller Administrator { get; } = By("ada");

    public static Caller RackOperator { get; } = By("olga");

    public static Caller Developer { get; } = By("dev");

    public static Caller Deployer { get; } = By("ci");

    public static Caller Auditor { get; } = By("audit");

    /// <summary>An administrator of another organization.</summary>
    public static Caller Outsider { get; } = By("eve", PrincipalKind.User, "other");

    public static Caller System { get; } = Callers.System("acme", "000000000001");

    public IAppGrain App(string name = "web") => host.Grains.GetGrain<IAppGrain>($"acme/staging/{name}");

    public IOrgGrain Org => host.Grains.GetGrain<IOrgGrain>("acme");

    public static Caller By(string id, PrincipalKind kind = PrincipalKind.User, string? org = "acme") =>
        new()
        {
            Principal = new Principal(kind, id, id),
            SignIn = "cli-token",
            CredentialId = $"cred-{id}",
            Ip = "192.0.2.7",
            Client = "tests",
            RequestId = RandomNumberGenerator.GetHexString(12, lowercase: true),
            Org = org,
        };

    public static async Task<Acme> StartAsync(bool pump = true, params (string Name, string Value)[] settings)
    {
        var acme = new Acme(await TestHost.StartAsync(pump, settings));
        await acme.SeedAsync();
        return acme;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    /// <summary>
    /// Makes accounts that nobody can sign in to: hashing a password for each would be most of what tests do.
    /// </summary>
    public async Task RegisterAsync(params string[] ids)
    {
        var people = host.Get<People>();
        foreach (var id in ids)
        {
            var (email, name) = await people.SealAsync(id, $"{id}@example.com", id);
            Assert.True(EmailAddress.TryParse($"{id}@example.com", out var address));
            var registered = new UserRegistered
            {
                Id = id,
                Email = email,
                Name = name,
                Password = PasswordHash.Decoy(PasswordHash.MinIterations),
                MustChangePassword = false,
                At = host.Time.GetUtcNow(),
            };
            Assert.IsType<Appended>(
                await host.Store.Journal.AppendAsync(
                    new Append
                    {
                        Org = "",
                        Writes =
                        [
                            new(StreamId.User(id), 0, [Entry(registered)]),
                            new(StreamId.Email(await people.EmailHashAsync(address)), 0, [Entry(new EmailClaimed(id))]),
                        ],
                    }
                )
            );
        }

        static EntryDraft Entry(IDomainEvent @event) =>
            new()
            {
                Caller = Operator,
                Operation = Operations.UserRegister.Name,
                ResourceType = "None",
                Resource = "",
                Event = @event,
            };
    }

    /// <summary>A created app that is ready.</summary>
    public async Task<AppView> CreateAppAsync(string name = "web")
    {
        Ok(await App(name).CreateAsync(Developer, null));
        return await StatusAsync(AppStatus.Running, name);
    }

    /// <summary>An app that stays on its way, for what needs only that it is there.</summary>
    public async Task CreateAppWithoutPumpAsync(string name = "web") =>
        Ok(await App(name).CreateAsync(Developer, null));

    /// <summary>Uploads, builds, and gives the finished build.</summary>
    public async Task<BuildState> BuildAsync(string name = "web", StartBuild? command = null)
    {
        var build = await StartBuildAsync(name, command);
        return await BuildOverAsync(build);
    }

    public async Task<BuildRef> StartBuildAsync(string name = "web", StartBuild? command = null)
    {
        var app = Ok(await App(name).GetAsync(Developer));
        var source = await UploadAsync(app);
        var build = new BuildRef(app.Ref, host.Get<IIdSource>().Letters('B'));
        Ok(
            await host
                .Grains.GetGrain<IBuildGrain>(build.ToString())
                .StartAsync(Developer, (command ?? new StartBuild { Source = "" }) with { Source = source })
        );
        return build;
    }

    public async Task<string> UploadAsync(AppView app)
    {
        var key = $"app/{app.Id}/{RandomNumberGenerator.GetHexString(8)}.tgz";
        await host.Store.Objects.PutAsync("acme", key, new MemoryStream([1, 2, 3]), 1000);
        return key;
    }

    public Task<BuildState> BuildOverAsync(BuildRef build) =>
        Eventually.Of(
            async () => Ok(await host.Grains.GetGrain<IBuildGrain>(build.ToString()).GetAsync(Developer)),
            b => b.Status != BuildStatus.Running,
            $"build {build.Id} is over"
        );

    public Task<AppView> StatusAsync(string status, string name = "web") =>
        Eventually.Of(
            async () => Ok(await App(name).GetAsync(Administrator)),
            a => a.Status == status,
            $"{name} is {status}"
        );

    /// <summary>Promotes and waits until it is running again, however it ended.</summary>
    public async Task<AppView> PromoteAsync(
        string release,
        string name = "web",
        bool force = false,
        int? timeout = null
    )
    {
        Ok(await App(name).PromoteAsync(Developer, new PromoteRelease(release, force, timeout)));
        return await StatusAsync(AppStatus.Running, name);
    }

    /// <summary>Every convergence is over.</summary>
    public Task<ImmutableArray<JobRow>> SettledAsync() =>
        Eventually.Of(
            () => JobsAsync(ConvergeJob.Kind),
            jobs => jobs.All(j => j.Status > JobStatus.Running),
            "no convergence waits or runs"
        );

    /// <summary>An app with one promoted release.</summary>
    public async Task<(AppView App, BuildState Build)> DeployAsync(string name = "web")
    {
        await CreateAppAsync(name);
        var build = await BuildAsync(name);
        var app = await PromoteAsync(build.Release, name);
        await SettledAsync();
        return (app, build);
    }

    public async Task<ReleaseView> SetEnvAsync(
        string text,
        string name = "web",
        Caller? by = null,
        string? parent = null
    ) =>
        Ok(
            await App(name)
                .CreateReleaseAsync(by ?? Developer, new CreateRelease { Environment = new(text), Parent = parent })
        );

    public async Task<RevealedEnvironment> EnvAsync(string release, Caller? by = null, string name = "web") =>
        Ok(await App(name).ReadEnvironmentAsync(by ?? Developer, release));

    public async Task<ImmutableArray<StoredEntry>> RecordsAsync(string operation, EntryResult? result = null) =>
        await host.Store.Journal.SearchAsync(
            new EntryFilter
            {
                Org = "acme",
                Operation = operation,
                Result = result,
                Limit = 1000,
            }
        );

    public async Task<ImmutableArray<JobRow>> JobsAsync(string kind, string org = "acme") =>
        await host.Store.Jobs.ListAsync(new JobFilter(org) { Kind = kind, Limit = 1000 });

    /// <summary>As a command that stops a job does it, with nothing else in the append.</summary>
    public Task<AppendResult> CancelJobAsync(string id) =>
        host.Store.Journal.AppendAsync(new Append { Org = "acme", CancelJobs = [id] });

    public static T Ok<T>(Result<T> result) =>
        result.TryGet(out var value, out var problem)
            ? value
            : throw new InvalidOperationException($"{problem.Code}: {problem.Text}");

    public static string Code<T>(Result<T> result) => result.TryGet(out _, out var problem) ? "ok" : problem.Code;

    private async Task SeedAsync()
    {
        await RegisterAsync("ada", "olga", "dev", "ci", "audit", "eve");
        Ok(await Org.CreateAsync(Operator, "ada"));
        Ok(await host.Grains.GetGrain<IOrgGrain>("other").CreateAsync(Operator, "eve"));
        foreach (
            var (who, role) in new[]
            {
                (RackOperator, BuiltInRoles.OperatorV2),
                (Developer, BuiltInRoles.DeveloperV2),
                (Deployer, BuiltInRoles.Deployer),
                (Auditor, BuiltInRoles.Auditor),
            }
        )
        {
            Ok(await Org.AddMemberAsync(Administrator, who.Principal.Id, [RoleGrant.OnAllRacks(role)]));
        }

        var capability = host.Get<NodeIdentity>().HostCapability;
        Ok(
            await host
                .Grains.GetGrain<IRackGrain>("acme/staging")
                .RegisterAsync(Administrator, new RegisterRack("local", "staging", capability))
        );
    }
}
