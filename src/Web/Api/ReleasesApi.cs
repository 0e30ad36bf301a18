using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Web.Auth;

namespace Palisade.Web.Api;

/// <summary>Releases and environments (convox-wire.md 3.2).</summary>
internal static class ReleasesApi
{
    private const int MaxEnvironment = 1 << 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .Post("/apps/{app}/releases", CreateAsync)
            .OperationByContent(Operations.ReleaseCreate, Operations.AppEnvSet);
        routes.Get("/apps/{app}/releases", ListAsync).Operation(Operations.ReleaseList);
        routes.Get("/apps/{app}/releases/{id}", GetAsync).Operation(Operations.ReleaseGet);
        routes.Post("/apps/{app}/releases/{id}/promote", PromoteAsync).Operation(Operations.ReleasePromote);
    }

    private static async Task<Result<Answer>> CreateAsync(WireRequest request)
    {
        if (!(await request.FormAsync()).TryGet(out var form, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        // COMPAT: env= without a value means "no variables"; only a missing field keeps them.
        var environment = form.Raw("env");
        var (build, description, parent) = (
            form.Text("build", 20),
            form.Text("description", 16 * 1024),
            form.Text("parent-release", 20)
        );
        if (environment is { Length: > MaxEnvironment })
        {
            form.Refuse("env", $"is longer than {MaxEnvironment} characters");
        }

        if (form.Problem is { } bad)
        {
            return Result.Fail<Answer>(bad);
        }

        var command = new CreateRelease
        {
            Build = build,
            Environment = environment is null ? null : new Sensitive<string>(environment),
            Description = description,
            Parent = parent,
        };
        var (org, _) = await request.Service<Policies>().OrgAsync(request.App.Org, request.Aborted);
        var refusal =
            await RefusalAsync(request, command)
            ?? request.Service<RequestRates>().RefusalOfRelease(request.Context, request.App, org.Quotas);
        if (refusal is not null)
        {
            return Result.Fail<Answer>(refusal);
        }

        // A named build is a rollback or a copy: it takes what it names, whatever was read.
        var read =
            environment is null || build is not null
                ? null
                : parent ?? request.Service<EnvironmentReads>().Take(request.Caller, request.App);
        return (
            await AppsApi
                .Grain(request)
                .CreateReleaseAsync(request.Caller, command with { Parent = read }, request.Aborted)
        ).Map(r => Answer.Json(ReleaseJson.Of(r)));
    }

    private static async Task<Problem?> RefusalAsync(WireRequest request, CreateRelease command)
    {
        var resource = Resource.Of(request.App);
        if (
            command.Environment is not null
            && (await request.RequireAsync(Operations.AppEnvSet, resource)).Problem is { } refusal
        )
        {
            return refusal;
        }

        return command.IsEnvironmentAlone
            ? null
            : (await request.RequireAsync(Operations.ReleaseCreate, resource)).Problem;
    }

    private static async Task<Result<Answer>> ListAsync(WireRequest request)
    {
        if (
            !request.Query().TryGet(out var query, out var problem)
            || !(await request.AppViewAsync()).TryGet(out _, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        var limit = query.Int("limit", 1, Records.MaxListed) ?? 10;
        return query.Problem is { } bad
            ? Result.Fail<Answer>(bad)
            : Answer.Json(
                (await request.Service<Records>().ReleasesAsync(request.App, limit, request.Aborted))
                    .Select(ReleaseJson.Of)
                    .ToList()
            );
    }

    /// <summary>
    /// The environment comes from the grain, which decides and records whether values or keep-tokens are shown (S19).
    /// </summary>
    private static async Task<Result<Answer>> GetAsync(WireRequest request)
    {
        var (records, id) = (request.Service<Records>(), request.Route("id"));
        if (!(await request.AppViewAsync()).TryGet(out _, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        // Before the values: a release made in between is then seen as moved, not missed.
        var newest = await records.ReleasesAsync(request.App, 1, request.Aborted);
        if (
            !(await AppsApi.Grain(request).ReadEnvironmentAsync(request.Caller, id, request.Aborted)).TryGet(
                out var environment,
                out problem
            )
        )
        {
            return Result.Fail<Answer>(problem);
        }

        if (await records.ReleaseAsync(request.App, id, request.Aborted) is not { } release)
        {
            return AppProblems.NoSuchRelease(id);
        }

        if (newest.Length > 0 && newest[0].Id == id)
        {
            request.Service<EnvironmentReads>().Remember(request.Caller, request.App, id);
        }

        var build = await records.BuildAsync(request.App, release.Build, request.Aborted);
        return Answer.Json(
            ReleaseJson.Of(release) with
            {
                Env = environment.Text.Reveal(),
                Manifest = build?.Manifest ?? "",
            }
        );
    }

    private static async Task<Result<Answer>> PromoteAsync(WireRequest request)
    {
        if (!(await request.FormAsync()).TryGet(out var form, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var command = new PromoteRelease(
            request.Route("id"),
            form.Bool("force") ?? false,
            form.Int("timeout", 1, 7_200)
        );
        var (development, idle, min, max) = (
            form.Bool("development") ?? false,
            form.Bool("idle") ?? false,
            form.Int("min", 0, 100),
            form.Int("max", 0, 200)
        );
        if (form.Problem is { } bad)
        {
            return Result.Fail<Answer>(bad);
        }

        if (development || idle || min is not null || max is not null)
        {
            return Unsupported.Problem("promoting with development, idle, min or max", "set deployment in convox.yml");
        }

        return Ids.IsRelease(command.Release)
            ? (await AppsApi.Grain(request).PromoteAsync(request.Caller, command, request.Aborted)).Map(Answer.From)
            : AppProblems.NoSuchRelease(command.Release);
    }

    private sealed record ReleaseJson(
        string Id,
        string App,
        string Build,
        string Env,
        string Manifest,
        string Description,
        DateTimeOffset Created
    )
    {
        public static ReleaseJson Of(ReleaseView r) => new(r.Id, r.App, r.Build, "", "", r.Description, r.Created);
    }
}
