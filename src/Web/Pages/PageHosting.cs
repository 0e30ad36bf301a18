using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.SignalR;
using Palisade.Domain.Manifest;
using Palisade.Storage;
using Palisade.Web.Components;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Apps.Detail;
using Palisade.Web.Components.Apps.Timeline;
using Palisade.Web.Components.Audit;
using Palisade.Web.Components.Audit.Evidence;
using Palisade.Web.Components.Audit.Sinks;
using Palisade.Web.Components.Dashboard;
using Palisade.Web.Components.EffectiveAccess;
using Palisade.Web.Components.Groups;
using Palisade.Web.Components.Jobs;
using Palisade.Web.Components.Keys;
using Palisade.Web.Components.Logs;
using Palisade.Web.Components.Operator;
using Palisade.Web.Components.Racks;
using Palisade.Web.Components.Racks.Detail;
using Palisade.Web.Components.Roles;
using Palisade.Web.Components.Shell.Palette;
using Palisade.Web.Components.Users;
using Palisade.Web.Hosting;
using Palisade.Web.Live;
using Palisade.Web.Pages.Sessions;
using Palisade.Web.Terminals;

namespace Palisade.Web.Pages;

/// <summary>
/// Puts the pages (Blazor Server) into a host that has <c>AddPalisadeWeb</c> and the silo's services.
/// </summary>
public static class PageHosting
{
    /// <summary>A circuit without its connection is kept this long, for a reader whose network failed.</summary>
    private static readonly TimeSpan KeepCircuit = TimeSpan.FromMinutes(2);

    public static IServiceCollection AddPalisadePages(this IServiceCollection services)
    {
        services
            .AddRazorComponents()
            .AddInteractiveServerComponents(circuits =>
            {
                circuits.DisconnectedCircuitRetentionPeriod = KeepCircuit;
                circuits.DisconnectedCircuitMaxRetained = 100;
            })
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = 2 * ManifestLimits.TextBytes);
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "__Host-palisade-form";
            forms.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.Cookie.HttpOnly = true;
            forms.Cookie.Path = "/";
            forms.SuppressXFrameOptionsHeader = true;
        });
        services.AddDataProtection().SetApplicationName("palisade");
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<IStore>(
                (keys, store) =>
                {
                    keys.XmlRepository = new StoredKeys(store);

                    // The store seals them.
                    keys.XmlEncryptor = new NullXmlEncryptor();
                }
            );
        services
            .AddSingleton<PageSessions>()
            .AddSingleton<Addresses>()
            .AddSingleton<PageSignIn>()
            .AddSingleton<PageStepUp>()
            .AddSingleton<OperatorSessions>()
            .AddSingleton<StaticFolder>();
        services
            .AddSingleton<CircuitRegistry>()
            .AddSingleton<AccessStamps>()
            .AddSingleton<CircuitGuard>()
            .AddHostedService<SessionWatch>();
        services.Configure<HubOptions>(hub => hub.AddFilter<CircuitGuard>());
        services.AddScoped<CircuitSession>().AddScoped<PageRacks>().AddScoped<ProcessWatch>();
        services
            .AddSingleton<Bylines>()
            .AddSingleton<AuditReader>()
            .AddSingleton<EvidenceReader>()
            .AddSingleton<SinkRows>()
            .AddSingleton<AccountFinder>()
            .AddSingleton<QuotaDefaults>()
            .AddSingleton<KeysReader>()
            .AddSingleton<ReachReader>()
            .AddSingleton<UsersReader>()
            .AddSingleton<GroupsReader>()
            .AddSingleton<WhoCanReader>()
            .AddSingleton<SubjectReader>()
            .AddSingleton<PlaceNames>()
            .AddSingleton<RolesReader>()
            .AddSingleton<RolePreviewer>()
            .AddSingleton<SecondFactorProof>()
            .AddSingleton<MissingRights>()
            .AddSingleton<AppsReader>()
            .AddSingleton<DashboardReader>()
            .AddSingleton<JobsReader>()
            .AddSingleton<JobActions>()
            .AddSingleton<PlaceReader>()
            .AddSingleton<RackSights>()
            .AddSingleton<RacksReader>()
            .AddSingleton<ReleaseReader>()
            .AddSingleton<KeyHistoryReader>()
            .AddSingleton<ProcessReader>()
            .AddSingleton<TimelineReader>()
            .AddSingleton<TerminalCommands>()
            .AddSingleton<TerminalEndpoint>()
            .AddScoped<AppReader>()
            .AddScoped<AppFactsReader>()
            .AddScoped<RackReader>()
            .AddScoped<LogAccess>()
            .AddScoped<AppActions>()
            .AddScoped<SampleDeployment>();
        return services;
    }

    /// <summary>Maps the pages and guards their surface. After <c>UsePalisadeEdge</c>.</summary>
    public static WebApplication MapPalisadePages(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseWhen(
            static context => Surface.IsPage(context.Request.Path),
            static pages =>
            {
                pages.UseWebSockets();
                pages.UseMiddleware<PageGate>();
                pages.UseStaticFiles(StaticFolder.Options);
                pages.UseAntiforgery();
            }
        );
        SessionEndpoints.Map(app);
        TerminalEndpoint.Map(app);
        AuditDownload.Map(app);
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(circuits =>
            {
                // The gate's own policy says it; and compressed secrets beside what others may choose leak by their
                // length.
                circuits.ContentSecurityFrameAncestorsPolicy = null;
                circuits.DisableWebSocketCompression = true;
            });
        return app;
    }
}
