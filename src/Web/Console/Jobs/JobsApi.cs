using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Jobs;
using Palisade.Web.Api;
using Palisade.Web.Components.Jobs;

namespace Palisade.Web.Console.Jobs;

/// <summary>An organization's jobs, as far as the caller may see them: the same as on the console's page.</summary>
internal static class JobsApi
{
    private const int MaxName = 63;

    private static readonly ImmutableArray<(string Name, string Description)> Options =
    [
        ("status", $"One of {string.Join(", ", JobsQuery.Statuses.Select(status => status.Name))}"),
        ("kind", $"One of {string.Join(", ", JobSort.All.Select(sort => sort.Name))}"),
        ("rack", "Name of a rack"),
        ("app", "Part of an app's name"),
        .. PageQuery.Options,
    ];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsoleGet("/orgs/{org}/jobs", ListAsync)
            .OperationByContent(Operations.JobList)
            .Documented("The jobs that the caller may see, the newest first", [.. Options]);
        api.ConsoleGet("/orgs/{org}/jobs/{id}", GetAsync)
            .OperationByContent(Operations.JobGet, Operations.JobList)
            .Documented("A job: how far it is, how it ended and why");
        api.ConsolePost("/orgs/{org}/jobs/{id}/retry", RetryAsync)
            .OperationByContent(Operations.JobRetry)
            .Documented("Runs a job again that was given up after its last attempt");
    }

    private static async Task<Result<Page<JobJson>>> ListAsync(WireRequest request)
    {
        if (
            !PageQuery.Of(request).TryGet(out var page, out var problem)
            || !Query(request, page).TryGet(out var query, out problem)
            || !(await request.RequireAsync(Operations.JobList, Resource.Org)).TryGet(out _, out problem)
        )
        {
            return Result.Fail<Page<JobJson>>(problem);
        }

        var found = await request
            .Service<JobsReader>()
            .FindAsync(request.Caller, query, page.Limit + 1, request.Aborted);
        return page.Of(found.Lines, job => job.Row.Job.Id, JobJson.Of);
    }

    /// <summary>Whoever may not see it is not told that it is there.</summary>
    private static async Task<Result<JobJson>> GetAsync(WireRequest request)
    {
        var job = await FindAsync(request);
        var allowed = await request.RequireAsync(
            job is null ? Operations.JobList : Operations.JobGet,
            job?.On ?? Resource.Org
        );
        return !allowed.TryGet(out _, out var problem) ? Result.Fail<JobJson>(problem)
            : job is null ? JobProblems.NotFound
            : JobJson.Of(job);
    }

    /// <summary>Answers the job as it is then.</summary>
    private static async Task<Result<JobJson>> RetryAsync(WireRequest request)
    {
        var job = await FindAsync(request);
        var allowed = await request.RequireAsync(Operations.JobRetry, job?.On ?? Resource.Org);
        if (!allowed.TryGet(out _, out var problem))
        {
            return Result.Fail<JobJson>(problem);
        }

        if (job is null)
        {
            return JobProblems.NotFound;
        }

        var retried = await request
            .Service<IGrainFactory>()
            .GetGrain<IJobGrain>(job.Key)
            .RetryAsync(request.Caller, request.Aborted);
        return !retried.Ok ? Result.Fail<JobJson>(retried.Problem)
            : await FindAsync(request) is { } again ? JobJson.Of(again)
            : JobProblems.NotFound;
    }

    private static Task<JobLine?> FindAsync(WireRequest request)
    {
        // A slash of an id is no slash of the path.
        var id = request.Route("id").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return request.Service<JobsReader>().OneAsync(request.Caller, id, request.Aborted);
    }

    private static Result<JobsQuery> Query(WireRequest request, PageQuery page) =>
        request
            .Query()
            .Then(options =>
            {
                var (status, kind) = (options.Text("status", MaxName), options.Text("kind", MaxName));
                var (rack, app) = (options.Text("rack", MaxName), options.Text("app", MaxName));
                return options.Problem is { } problem ? Result.Fail<JobsQuery>(problem)
                    : status is not null && !JobsQuery.Statuses.Any(known => known.Name == status)
                        ? new Invalid("option.invalid", "status is none that there is")
                    : kind is not null && !JobSort.All.Any(known => known.Name == kind)
                        ? new Invalid("option.invalid", "kind is none that there is")
                    : JobsQuery.From(status, kind, rack, app, page.After);
            });
}
