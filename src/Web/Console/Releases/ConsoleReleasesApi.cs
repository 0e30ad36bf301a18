using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Web.Api;
using Palisade.Web.Auth;

namespace Palisade.Web.Console.Releases;

/// <summary>What the console does with releases that the convox client can't ask for.</summary>
internal static class ConsoleReleasesApi
{
    private const string App = "/orgs/{org}/racks/{rack}/apps/{app}";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsolePost<PromoteJson, Done>($"{App}/releases/{{release}}/promote", PromoteAsync)
            .Operation(Operations.ReleasePromote)
            .Documented("Make a release the running one, if what runs is still what it was planned from");
        api.ConsolePost<RollBackJson, RolledBackJson>($"{App}/releases/{{release}}/rollback", RollBackAsync)
            .Operation(Operations.ReleaseRollback)
            .Documented("Make a release of the build and the environment of one that ran, and promote it");
        api.ConsoleGet($"{App}/environment/history", HistoryAsync)
            .OperationByContent(Operations.AppEnvGet, Operations.ReleaseList)
            .Documented(
                "The releases in which a variable was set, changed or removed, newest first; no values",
                [("key", "Name of the variable"), .. PageQuery.Options]
            );
    }

    private static async Task<Result<Done>> PromoteAsync(WireRequest request, PromoteJson body)
    {
        var id = request.Route("release");
        return Ids.IsRelease(id)
            ? await AppsApi
                .Grain(request)
                .PromoteAsync(
                    request.Caller,
                    new PromoteRelease(id, body.Force, body.Timeout, body.From),
                    request.Aborted
                )
            : AppProblems.NoSuchRelease(id);
    }

    private static async Task<Result<RolledBackJson>> RollBackAsync(WireRequest request, RollBackJson body)
    {
        var id = request.Route("release");
        if (!Ids.IsRelease(id))
        {
            return AppProblems.NoSuchRelease(id);
        }

        var (org, _) = await request.Service<Policies>().OrgAsync(request.App.Org, request.Aborted);
        return request.Service<RequestRates>().RefusalOfRelease(request.Context, request.App, org.Quotas) is { } refusal
            ? refusal
            : (await AppsApi.Grain(request).RollBackAsync(request.Caller, id, body.From, request.Aborted)).Map(
                made => new RolledBackJson(made.Id)
            );
    }

    private static async Task<Result<Page<KeyChangeJson>>> HistoryAsync(WireRequest request)
    {
        // SECURITY: it names variables, and releases with who made them.
        var resource = Resource.Of(request.App);
        if (
            !(await request.RequireAsync(Operations.AppEnvGet, resource)).TryGet(out _, out var problem)
            || !(await request.RequireAsync(Operations.ReleaseList, resource)).TryGet(out _, out problem)
            || !PageQuery.Of(request).TryGet(out var page, out problem)
            || !request.Query().TryGet(out var query, out problem)
            || !(await request.AppViewAsync()).TryGet(out var app, out problem)
        )
        {
            return Result.Fail<Page<KeyChangeJson>>(problem);
        }

        var key = query.Text("key", EnvironmentText.MaxLineBytes);
        if (query.Problem is { } bad)
        {
            return Result.Fail<Page<KeyChangeJson>>(bad);
        }

        if (key is null)
        {
            return new Invalid("option.invalid", "key is missing: give the name of the variable");
        }

        int? before = null;
        if (page.After is { } after)
        {
            if (!int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            {
                return PageQuery.BadCursor;
            }

            before = version;
        }

        var found = await request.Service<KeyHistory>().OfAsync(app, key, before, page.Limit + 1, request.Aborted);
        return page.Of(
            found,
            change => change.Version.ToString(CultureInfo.InvariantCulture),
            change => new KeyChangeJson(change.Release, change.Keys[key], change.At, change.By.Id)
        );
    }
}
