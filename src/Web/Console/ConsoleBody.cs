using System.Text.Json;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Web.Api;
using Palisade.Web.Hosting;

namespace Palisade.Web.Console;

/// <summary>Reads the JSON body of a request that was authenticated and decided (S08).</summary>
internal static class ConsoleBody
{
    private static readonly Invalid NotJson = new("body.unexpected", "the body must be JSON")
    {
        Suggestion = "send it with Content-Type: application/json",
    };

    /// <summary>
    /// Problems: <c>body.unexpected</c>, <c>body.too_large</c>, <c>body.invalid</c> with the place where it is wrong.
    /// </summary>
    public static async Task<Result<T>> ReadAsync<T>(WireRequest request)
    {
        var http = request.Context.Request;
        if (!http.HasJsonContentType())
        {
            return NotJson;
        }

        var limit = request.Service<IOptions<WebOptions>>().Value.MaxBodyBytes;
        request.LimitBody(limit);
        try
        {
            if (await IdempotencyHeader.ApplyAsync(request) is { } problem)
            {
                return Result.Fail<T>(problem);
            }

            return await JsonSerializer.DeserializeAsync<T>(http.Body, ConsoleJson.Options, request.Aborted) is { } body
                ? body
                : new Invalid("body.invalid", "the body is null");
        }
        catch (JsonException e)
        {
            return new Invalid("body.invalid", Describe<T>(e));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new Invalid("body.too_large", $"the body is larger than {limit} bytes");
        }
    }

    // SECURITY: the serializer's own message can quote what was sent, which may be a secret: only the place is told.
    private static string Describe<T>(JsonException e)
    {
        var place = e.Path is null or "$" ? "the body" : Api.Parsing.Clean.Name(e.Path);
        var line = e.LineNumber is { } number ? $" (line {number + 1})" : "";
        var known = string.Join(
            ", ",
            ConsoleJson.Options.GetTypeInfo(typeof(T)).Properties.Select(p => p.IsRequired ? p.Name : $"[{p.Name}]")
        );
        return $"{place} is not what is expected here{line}" + (known.Length == 0 ? "" : $"; its members are {known}");
    }
}
