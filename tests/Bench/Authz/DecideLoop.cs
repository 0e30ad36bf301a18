using System.Diagnostics;
using Palisade.Domain.Access;

namespace Palisade.Bench.Authz;

/// <summary>The workload's requests, in order, again and again.</summary>
internal sealed class DecideLoop
{
    private const int Repeats = 100;
    private const int Group = 64;

    /// <summary>Until the runtime has compiled the loop and all below it for good.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private readonly CompiledPolicy _policy;
    private readonly (string User, Operation Operation, Resource Resource)[] _requests;
    private readonly int _allowed;

    public DecideLoop(Workload workload, CompiledPolicy policy)
    {
        _policy = policy;
        _requests =
        [
            .. workload.Requests.Select(r =>
                (r.User, WorkloadPolicy.OperationOf(r.Resource.Type, r.Action), WorkloadPolicy.ResourceOf(r.Resource))
            ),
        ];
        _allowed = workload.Requests.Count(r => r.Expect == "allow");
        Warm(PerSecond);
    }

    public static void Warm(Func<double> round)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < WarmUp; )
        {
            round();
        }
    }

    /// <summary>Decisions per second.</summary>
    public double PerSecond()
    {
        var started = Stopwatch.GetTimestamp();
        var allowed = 0;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            foreach (var (user, operation, resource) in _requests)
            {
                allowed += _policy.Decide(user, operation, resource).Allowed ? 1 : 0;
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        return allowed == _allowed * Repeats
            ? Repeats * _requests.Length / elapsed.TotalSeconds
            : throw new InvalidOperationException("An answer changed.");
    }

    /// <summary>Of the mean times of 64 decisions each, the one that 99 of 100 do not exceed, in µs.</summary>
    public double P99OfMeans()
    {
        var means = new List<double>(Repeats * _requests.Length / Group);
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            for (var from = 0; from + Group <= _requests.Length; from += Group)
            {
                var started = Stopwatch.GetTimestamp();
                for (var i = from; i < from + Group; i++)
                {
                    var (user, operation, resource) = _requests[i];
                    _ = _policy.Decide(user, operation, resource);
                }

                means.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / Group);
            }
        }

        return Rounds.Percentile(means, 99);
    }
}
