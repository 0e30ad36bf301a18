using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Web.Api;

namespace Palisade.Web.Console;

/// <summary>What a route of the console API answers: a value as JSON, or nothing (204).</summary>
internal sealed record ConsoleAnswer(object? Value, int Status) : Answer
{
    public static ConsoleAnswer Of<T>(T value, int status = StatusCodes.Status200OK) =>
        value is Done ? new(null, StatusCodes.Status204NoContent) : new(value, status);

    public override async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        if (Value is null)
        {
            return;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(Value, Value.GetType(), ConsoleJson.Options);
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
