using System.Reflection;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Tests.Fakes;

/// <summary>A grain of something that does not exist: each of its methods says so.</summary>
public class NobodyGrain : DispatchProxy
{
    private static readonly MethodInfo Answer = typeof(NobodyGrain).GetMethod(
        nameof(NotFoundAsync),
        BindingFlags.NonPublic | BindingFlags.Static
    )!;

    public static TGrain As<TGrain>() => Create<TGrain, NobodyGrain>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Answer
            .MakeGenericMethod(targetMethod!.ReturnType.GetGenericArguments()[0].GetGenericArguments())
            .Invoke(null, null);

    private static Task<Result<T>> NotFoundAsync<T>() =>
        Task.FromResult(Result.Fail<T>(new NotFound("thing.not_found", "no such thing")));
}
