using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;

namespace Palisade.Web.Api;

/// <summary>Apps (convox-wire.md 3.1).</summary>
internal static class AppsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/apps", ListAsync).Operation(Operations.AppList);
        routes.Post("/apps", CreateAsync).OperationByContent(Operations.AppCreate);
        routes.Get("/apps/{app}", GetAsync).Operation(Operations.AppGet);
        routes.Put("/apps/{app}", UpdateAsync).Operation(Operations.AppUpdate);
        routes.Delete("/apps/{app}", DeleteAsync).Operation(Operations.AppDelete);
        routes.Post("/apps/{app}/cancel", CancelAsync).Operation(Operations.AppCancel);
        routes
            .Get("/apps/{app}/metrics", Unsupported.Route("app metrics", "none are kept yet"))
            .Operation(Operations.AppMetrics);
        routes
            .Put(
                "/apps/{app}/ssl/{service}/{port}",
                Unsupported.Route("certificates per service", "the rack's router has its own")
            )
            .Operation(Operations.AppUpdate);

        // Newer clients ask for these before ps, services and env (convox-wire.md B).
        routes.Get("/apps/{app}/budget", BudgetAsync).Operation(Operations.AppMetrics);
        routes.Get("/apps/{app}/configs", ConfigsAsync).Operation(Operations.AppEnvGet);
        routes.Get("/apps/{app}/configs/{name}", NoConfigAsync).Operation(Operations.AppEnvGet);
        routes
            .Put("/apps/{app}/configs/{name}", Unsupported.Route("app configs", "set environment variables instead"))
            .Operation(Operations.AppUpdate);
    }

    /// <summary>The app's grain.</summary>
    public static IAppGrain Grain(WireRequest request) =>
        request.Service<IGrainFactory>().GetGrain<IAppGrain>(request.App.ToString());

    private static async Task<Result<Answer>> ListAsync(WireRequest request)
    {
        if (!(await request.RackStateAsync()).TryGet(out var rack, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var router = (await request.Service<RackView>().HealthAsync(request, rack)).Domain;
        var apps = new List<AppJson>();
        foreach (var app in await request.Service<Records>().AppsAsync(request.Rack, request.Aborted))
        {
            if (
                await request
                    .Service<IGate>()
                    .AllowsAsync(request.Caller, Operations.AppGet, Resource.Of(app.Ref), request.Aborted)
            )
            {
                apps.Add(AppJson.Of(app, router));
            }
        }

        return Answer.Json(apps);
    }

    private static async Task<Result<Answer>> CreateAsync(WireRequest request)
    {
        if (!(await request.FormAsync()).TryGet(out var form, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var (name, generation) = (form.Text("name", 200) ?? "", form.Text("generation", 10));
        if (form.Problem is { } bad)
        {
            return Result.Fail<Answer>(bad);
        }

        if (!Names.IsValid(name))
        {
            // Refused for its form alone; nothing about the rack is told.
            return AppProblems.NameInvalid(name);
        }

        var app = new AppRef(request.Rack, name);
        if (!(await request.RequireAsync(Operations.AppCreate, Resource.Of(app))).TryGet(out _, out problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var created = await request
            .Service<IGrainFactory>()
            .GetGrain<IAppGrain>(app.ToString())
            .CreateAsync(request.Caller, generation, request.Aborted);
        return await WithRouterAsync(request, created);
    }

    private static async Task<Result<Answer>> GetAsync(WireRequest request) =>
        await WithRouterAsync(request, await Grain(request).GetAsync(request.Caller, request.Aborted));

    private static async Task<Result<Answer>> UpdateAsync(WireRequest request)
    {
        if (!(await request.FormAsync()).TryGet(out var form, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var command = new UpdateApp(form.Bool("lock"), form.Map("parameters"));
        return form.Problem is { } bad ? Result.Fail<Answer>(bad)
            : command is { Lock: null, Parameters: null }
                ? new Invalid("option.invalid", "nothing to change: give lock or parameters")
            : (await Grain(request).UpdateAsync(request.Caller, command, request.Aborted)).Map(Answer.From);
    }

    private static async Task<Result<Answer>> DeleteAsync(WireRequest request) =>
        (await Grain(request).DeleteAsync(request.Caller, request.Aborted)).Map(Answer.From);

    private static async Task<Result<Answer>> CancelAsync(WireRequest request) =>
        (await Grain(request).CancelAsync(request.Caller, cancellationToken: request.Aborted)).Map(Answer.From);

    private static async Task<Result<Answer>> BudgetAsync(WireRequest request) =>
        (await request.AppViewAsync()).Map(_ =>
            Answer.Json(new Dictionary<string, object?> { ["config"] = null, ["state"] = null })
        );

    private static async Task<Result<Answer>> ConfigsAsync(WireRequest request) =>
        (await request.AppViewAsync()).Map(_ => Answer.Json(Array.Empty<object>()));

    // COMPAT: the client tolerates exactly this text.
    private static Task<Result<Answer>> NoConfigAsync(WireRequest request) =>
        Task.FromResult<Result<Answer>>(new NotFound("config.not_found", "app config not found"));

    private static async Task<Result<Answer>> WithRouterAsync(WireRequest request, Result<AppView> app)
    {
        if (!app.TryGet(out var view, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var rack = await request.Service<Records>().RackAsync(request.Rack, request.Proven, request.Aborted);
        var router = rack is null ? "" : (await request.Service<RackView>().HealthAsync(request, rack)).Domain;
        return Answer.Json(AppJson.Of(view, router));
    }

    private sealed record AppJson(
        string Name,
        string Status,
        string Release,
        string Generation,
        bool Locked,
        string Router,
        ImmutableSortedDictionary<string, string> Parameters
    )
    {
        public static AppJson Of(AppView app, string router) =>
            new(app.Name, app.Status, app.Release, app.Generation, app.Locked, router, app.Parameters);
    }
}
