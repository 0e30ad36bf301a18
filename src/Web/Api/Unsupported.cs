using Palisade.Domain.Kernel;

namespace Palisade.Web.Api;

/// <summary>
/// Answers for what the protocol has and this server does not: a clear refusal that names what and why, after sign-in
/// and decision.
/// </summary>
internal static class Unsupported
{
    public static Invalid Problem(string what, string why) =>
        new("unsupported", $"{what}: not supported by this server, {why}");

    public static WireHandler Route(string what, string why) =>
        _ => Task.FromResult<Result<Answer>>(Problem(what, why));
}
