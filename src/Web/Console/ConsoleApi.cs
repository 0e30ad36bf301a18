using Palisade.Web.Console.Access;
using Palisade.Web.Console.Audit;
using Palisade.Web.Console.Builds;
using Palisade.Web.Console.Jobs;
using Palisade.Web.Console.Keys;
using Palisade.Web.Console.Operator;
using Palisade.Web.Console.People;
using Palisade.Web.Console.Racks;
using Palisade.Web.Console.Releases;

namespace Palisade.Web.Console;

/// <summary>
/// The console API: JSON for the console, our own command and scripts, under <see cref="Prefix"/>. A request proves
/// itself with <c>Authorization: Bearer</c> (or Basic, as the convox client does) and never with a cookie (S07).
/// </summary>
internal static class ConsoleApi
{
    public const string Prefix = "/api/v1";

    public static bool Serves(PathString path) => path.StartsWithSegments(Prefix, StringComparison.Ordinal);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Prefix);
        CatalogueApi.Map(api);
        KeysApi.Map(api);
        LeakApi.Map(api);
        JobsApi.Map(api);
        ConsoleBuildsApi.Map(api);
        ConsoleRacksApi.Map(api);
        ConsoleReleasesApi.Map(api);
        AccountApi.Map(api);
        CredentialsApi.Map(api);
        MembersApi.Map(api);
        InvitesApi.Map(api);
        AuditApi.Map(api);
        OperatorApi.Map(api);
        RolesApi.Map(api);
        GroupsApi.Map(api);
        ExplainApi.Map(api);
        DocumentApi.Map(api);
        OpenApiDocument.Map(routes);
    }
}
