using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Options;
using Palisade.Web.FirstRun;
using Palisade.Web.Hosting;
using Palisade.Web.Pages;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Shell;

/// <summary>What surrounds every page of a signed-in person. Rendered once with the page, never live.</summary>
public sealed partial class ShellLayout
{
    /// <summary>Not with the page: what was opened before it is live would be replaced, and close.</summary>
    private static readonly InteractiveServerRenderMode LiveOnly = new(prerender: false);

    [Inject]
    private StaticFolder Files { get; set; } = null!;

    [Inject]
    private IOptions<WebOptions> Web { get; set; } = null!;

    [CascadingParameter]
    private HttpContext? Http { get; set; }

    private PageSession? Session => Http?.Features.Get<PageSession>();

    private string? Org => Http?.GetRouteValue("org") as string;

    // Relative to the page, not to <base>.
    private string? Here => Http?.Request.Path;

    /// <summary>The navigation, in its order.</summary>
    internal static readonly ImmutableArray<(string Path, string Name)> Places =
    [
        ("dashboard", "Dashboard"),
        ("racks", "Racks"),
        ("apps", "Apps"),
        ("jobs", "Jobs"),
        ("keys", "Deploy keys"),
        ("users", "Users"),
        ("roles", "Roles"),
        ("access", "Access"),
        ("audit", "Audit log"),
    ];

    /// <summary>S02: warned about while it exists.</summary>
    private bool FirstRunFileThere => File.Exists(FirstRunFile.PathIn(Web.Value.DataFolder));

    private bool IsIn(string place) =>
        Http?.Request.Path.StartsWithSegments($"/o/{Org}/{place}", StringComparison.Ordinal) == true;
}
