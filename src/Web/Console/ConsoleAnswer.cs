using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Web.Api;
using Palisade.Web.Hosting;

namespace Palisade.Web.Console;

/// <summary>What a route of the console API answers: a value as JSON, or nothing (204).</summary>
internal sealed record ConsoleAnswer(object? Value, int Status) : Answer
{
    public static Answer Of<T>(T value, int status = StatusCodes.Status200OK) =>
        value switch
        {
            Done => new ConsoleAnswer(null, StatusCodes.Status204NoContent),
            IRefusal { Refused: { } problem } refusal => new RefusalAnswer(problem, refusal.Instead),
            _ => new ConsoleAnswer(value, status),
        };

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

/// <summary>A value that may be a refusal which says what would be right now.</summary>
internal interface IRefusal
{
    Problem? Refused { get; }

    object? Instead { get; }
}

/// <summary>A problem document with what would be right now.</summary>
internal sealed record RefusalAnswer(Problem Problem, object? Instead) : Answer
{
    public override Task WriteAsync(HttpContext context) =>
        WireAnswers.ProblemAsync(context, ProblemJson.Of(Problem, RequestId.Of(context)) with { Instead = Instead });
}
