using System.Text;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Web.Api.Parsing;
using Palisade.Web.Console;
using Palisade.Web.Hosting;

namespace Palisade.Web.Api;

/// <summary>Writes answers in the forms that the client shows (convox-wire.md 1.7).</summary>
internal static class WireAnswers
{
    public static Task ProblemAsync(HttpContext context, Problem problem) =>
        ConsoleApi.Serves(context.Request.Path)
            ? ProblemAsync(context, ProblemJson.Of(problem, RequestId.Of(context)))
            : TextAsync(context, ProblemKinds.Of(problem).HttpStatus, problem.Text, problem.Code);

    /// <summary>
    /// An error: RFC 9457 on the console API; on the wire API JSON <c>{"error": …}</c> for who asks for JSON, otherwise
    /// one line of text. The convox client asks for anything and prints either.
    /// </summary>
    public static async Task TextAsync(HttpContext context, int status, string text, string? code = null)
    {
        if (status >= StatusCodes.Status400BadRequest && ConsoleApi.Serves(context.Request.Path))
        {
            await ProblemAsync(context, ProblemJson.Of(status, text, RequestId.Of(context)));
            return;
        }

        var response = context.Response;
        if (response.HasStarted)
        {
            return;
        }

        response.StatusCode = status;
        byte[] body;
        if (context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase))
        {
            response.ContentType = "application/json";
            body = WireJson.Bytes(new ErrorBody(text, code, RequestId.Of(context)));
        }
        else
        {
            response.ContentType = "text/plain; charset=utf-8";
            body = Encoding.UTF8.GetBytes(Clean.ErrorText(text) + "\n");
        }

        await SendAsync(context, body);
    }

    /// <summary>A problem document as it is.</summary>
    public static Task ProblemAsync(HttpContext context, ProblemJson problem)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = ProblemJson.ContentType;
        return SendAsync(context, JsonSerializer.SerializeToUtf8Bytes(problem, ConsoleJson.Options));
    }

    private static async Task SendAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private sealed record ErrorBody(string Error, string? Code, string? RequestId);
}
