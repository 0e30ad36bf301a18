using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Objects;
using Palisade.Web.Auth;

namespace Palisade.Web.Api;

internal delegate Task<Result<Answer>> WireHandler(WireRequest request);

/// <summary>
/// What every API request goes through: sign-in, rate, rack, decision, route, answer. The body is not touched before
/// the decision (S08).
/// </summary>
internal sealed partial class Pipeline(
    Authenticator authenticator,
    RequestRates rates,
    Policies policies,
    ILogger<Pipeline> logger
)
{
    public async Task InvokeAsync(HttpContext context, WireHandler handler)
    {
        Result<Answer> result;
        try
        {
            var opened = await OpenAsync(context);
            result = opened.TryGet(out var request, out var problem)
                ? await RunAsync(request, handler)
                : Result.Fail<Answer>(problem);
        }
        catch (ObjectTooLargeException e)
        {
            await WireAnswers.TextAsync(
                context,
                StatusCodes.Status413PayloadTooLarge,
                $"the body is larger than {e.MaxBytes} bytes"
            );
            return;
        }
        catch (Exception e) when (RackFaults.Of(e) is { } fault && !context.Response.HasStarted)
        {
            RackFailed(logger, e, Hosting.RequestId.Of(context));
            result = fault;
        }

        await (
            result.TryGet(out var answer, out var refusal)
                ? answer.WriteAsync(context)
                : WireAnswers.ProblemAsync(context, refusal)
        );
    }

    /// <summary>Sign-in, rate, rack and, where the route has one operation, its decision.</summary>
    public async ValueTask<Result<WireRequest>> OpenAsync(HttpContext context)
    {
        // SECURITY (S14): a route without an operation is refused, whatever it would do. A test finds it first.
        var metadata =
            context.GetEndpoint()?.Metadata.GetMetadata<OperationMetadata>()
            ?? throw new InvalidOperationException(
                $"The route {context.GetEndpoint()?.DisplayName} names no operation."
            );
        var signedIn = metadata.Anonymous
            ? Authenticator.Nobody(context)
            : await authenticator.AuthenticateAsync(
                context,
                Binding.StreamsOf(context, metadata),
                context.RequestAborted
            );
        if (!signedIn.TryGet(out var who, out var problem))
        {
            return Result.Fail<WireRequest>(problem);
        }

        if (
            (metadata.Anonymous ? rates.RefusalOfNobody(context) : rates.Refusal(context, who.Caller.Principal)) is
            { } busy
        )
        {
            return busy;
        }

        var bound = Binding.Bind(context, who, metadata);
        if (bound is { Ok: true, Value: { Caller.Org: { } org, Proven: var proven } })
        {
            var (state, _) = await policies.OrgAsync(org, proven, context.RequestAborted);
            if (rates.RefusalOfOrg(context, org, state.Quotas) is { } full)
            {
                return full;
            }
        }

        if (!bound.TryGet(out var request, out problem) || metadata.Deferred)
        {
            return bound;
        }

        var operation = metadata.Operations[0];
        var decided = await request.RequireAsync(operation, Binding.ResourceOf(request, operation));
        return decided.TryGet(out _, out problem) ? request : Result.Fail<WireRequest>(problem);
    }

    private static async Task<Result<Answer>> RunAsync(WireRequest request, WireHandler handler)
    {
        var result = await handler(request);
        return result.Ok && !request.IsAuthorized
            ? throw new InvalidOperationException("A route answered without a decision.")
            : result;
    }

    [LoggerMessage(1, LogLevel.Warning, "The rack failed request {RequestId}.")]
    private static partial void RackFailed(ILogger logger, Exception exception, string requestId);
}
