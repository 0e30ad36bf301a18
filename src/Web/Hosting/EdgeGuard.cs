using Palisade.Domain.Kernel;
using Palisade.Grains;
using Palisade.Web.Api;

namespace Palisade.Web.Hosting;

/// <summary>
/// The first thing that sees a request: gives it its id, refuses hosts that are not ours (S03), paths that mean
/// something else than they say, and on the API whatever a foreign web page sends (S07); turns what went wrong further
/// in into an answer that tells the request's id and nothing else.
/// </summary>
internal sealed partial class EdgeGuard(RequestDelegate next, HostList hosts, ILogger<EdgeGuard> logger)
{
    private static readonly Invalid Host = new("host.unknown", "this server does not serve that host name")
    {
        Suggestion = "start it with --host NAME to add one",
    };

    private static readonly Forbidden Foreign = new("origin.foreign", "requests from other web sites are refused");

    public async Task InvokeAsync(HttpContext context)
    {
        var id = RequestId.Of(context);
        Correlation.Begin(id);
        var api = Surface.IsApi(context.Request.Path);
        SecurityHeaders.Apply(context, api, id);
        try
        {
            if (Refusal(context, api) is { } problem)
            {
                await WireAnswers.ProblemAsync(context, problem);
                return;
            }

            await next(context);
            if (api)
            {
                await NameUnknownRouteAsync(context);
            }
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await WireAnswers.TextAsync(
                context,
                e.StatusCode,
                e.StatusCode == 413 ? "the body is larger than this path admits" : "the request is malformed"
            );
        }
        catch (Exception e)
            when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            Left(logger, id);
        }
        catch (Exception e) when (!context.Response.HasStarted && api && StoreFaults.Is(e))
        {
            NotAnswered(logger, e, id);
            context.Response.Headers.RetryAfter = "1";
            await WireAnswers.ProblemAsync(context, StoreFaults.Problem);
        }
        catch (Exception e) when (!context.Response.HasStarted && api)
        {
            Failed(logger, e, id);
            await WireAnswers.TextAsync(
                context,
                StatusCodes.Status500InternalServerError,
                $"something broke on the server; its log says more under request {id}"
            );
        }
    }

    private Problem? Refusal(HttpContext context, bool api)
    {
        if (!hosts.Serves(context.Request.Host))
        {
            return Host;
        }

        if (!api)
        {
            return null;
        }

        return RawPath.Fault(context) ?? (IsForeign(context.Request) ? Foreign : null);
    }

    // The convox client's websockets send an Origin that equals the host. Ports are other sites here: apps answer on
    // other ports of localhost.
    private static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin" or "none"))
        {
            return true;
        }

        var origin = request.Headers.Origin;
        return origin.Count > 0
            && !origin.ToString().Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    // Routing answers 404 and 405 without a word; people read what the client prints.
    private static async Task NameUnknownRouteAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.ContentLength > 0 || response.ContentType is not null)
        {
            return;
        }

        if (response.StatusCode == StatusCodes.Status404NotFound)
        {
            await WireAnswers.TextAsync(context, 404, "no such path in this API");
        }
        else if (response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            await WireAnswers.TextAsync(
                context,
                405,
                $"this path does not answer to {Api.Parsing.Clean.Name(context.Request.Method)}"
            );
        }
    }
}
