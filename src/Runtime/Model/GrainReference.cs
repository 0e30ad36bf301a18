using System.ComponentModel;

namespace Orleans.Runtime;

/// <summary>
/// The base of the generated references. It remembers the activation that it last reached; that one says when it is dead.
/// References to the same grain through the same interface are equal.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainReference : IAddressable, IEquatable<GrainReference>
{
    // Set right after creation: generated constructors stay empty.
    internal GrainHost Host = null!;
    internal GrainClass Class = null!;
    internal string Key = null!;
    private Activation? _last;

    public bool Equals(GrainReference? other) =>
        other is not null && GetType() == other.GetType() && Class == other.Class && Key == other.Key && Host == other.Host;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => HashCode.Combine(Class, Key);

    public override string ToString() => $"{Class.Type.Name}/{Key}";

    /// <summary>Called by generated code.</summary>
    public Task Send(VoidGrainRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Submit(request);
        return request.Response;
    }

    /// <summary>Called by generated code.</summary>
    public Task<T> Send<T>(GrainRequest<T> request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Submit(request);
        return request.Response;
    }

    private void Submit(GrainRequest request)
    {
        request.From(TaskScheduler.Current as Activation);
        if (!Host.Admit(request))
        {
            return;
        }

        while (true)
        {
            var activation = _last ??= Host.GetOrCreate(Class, Key);
            if (activation.Enqueue(request))
            {
                return;
            }

            // INVARIANT: a dead activation left the directory before it refused, so the next look-up gives another one.
            _last = null;
        }
    }
}
