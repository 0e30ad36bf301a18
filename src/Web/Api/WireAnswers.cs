using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Web.Api.Parsing;

namespace Palisade.Web.Api;

/// <summary>Writes answers in the forms that the client shows (convox-wire.md 1.7).</summary>
internal static class WireAnswers
{
    public static Task ProblemAsync(HttpContext context, Problem problem) =>
        TextAsync(context, ProblemKinds.Of(problem).HttpStatus, problem.Text, problem.Code);

    /// <summary>
    /// An error: JSON <c>{"error": …}</c> for who asks for JSON, otherwise one line of text. The convox client asks for anything and prints either.
    /// </summary>
    public static async Task TextAsync(HttpContext context, int status, string text, string? code = null)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            return;
        }

        var id = response.Headers["Request-Id"];
        response.StatusCode = status;
        byte[] body;
        if (context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase))
        {
            response.ContentType = "application/json";
            body = WireJson.Bytes(new ErrorBody(text, code, id));
        }
        else
        {
            response.ContentType = "text/plain; charset=utf-8";
            body = Encoding.UTF8.GetBytes(Clean.ErrorText(text) + "\n");
        }

        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private sealed record ErrorBody(string Error, string? Code, string? RequestId);
}
