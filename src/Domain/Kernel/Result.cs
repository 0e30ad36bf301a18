using System.Diagnostics.CodeAnalysis;

namespace Palisade.Domain.Kernel;

/// <summary>
/// A value, or the reason why there is none. <c>default</c> is not a valid result and throws when read.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.result`1")]
public readonly struct Result<T>
{
    [Id(0)]
    private readonly T? _value;

    [Id(1)]
    private readonly Problem? _problem;

    [Id(2)]
    private readonly bool _set;

    private Result(T? value, Problem? problem) => (_value, _problem, _set) = (value, problem, true);

    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Ok => _set ? _problem is null : throw new InvalidOperationException("An unset result was read.");

    public Problem? Problem => Checked()._problem;

    /// <summary>The value; throws when there is a problem instead (a bug of the caller).</summary>
    public T Value => Ok ? _value! : throw new InvalidOperationException($"{_problem!.Code}: {_problem.Message}");

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Problem problem) => new(default, problem);

    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Problem? problem)
    {
        (value, problem) = (Checked()._value, _problem);
        return _problem is null;
    }

    public Result<TOut> Map<TOut>(Func<T, TOut> map) => Ok ? map(_value!) : Result<TOut>.Fail(_problem!);

    public Result<TOut> Then<TOut>(Func<T, Result<TOut>> next) => Ok ? next(_value!) : Result<TOut>.Fail(_problem!);

    internal static Result<T> Fail(Problem problem) => new(default, problem);

    public override string ToString() =>
        Ok ? $"Ok({_value})" : $"{_problem!.GetType().Name}({_problem.Code}: {_problem.Message})";

    private Result<T> Checked() => _set ? this : throw new InvalidOperationException("An unset result was read.");
}

/// <summary>Makes results where no conversion applies (interfaces, type inference).</summary>
public static class Result
{
    public static Result<T> Of<T>(T value) => value;

    public static Result<T> Fail<T>(Problem problem) => Result<T>.Fail(problem);

    public static Result<Done> Done { get; } = new Done();
}

/// <summary>The value of a command that has nothing to say beyond success.</summary>
[GenerateSerializer, Immutable, Alias("palisade.done")]
public readonly record struct Done;
