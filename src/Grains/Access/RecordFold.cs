using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Access;

/// <summary>
/// S32: of records that are alike the first is written at once and the following are counted, per principal ×
/// operation × resource × address; of somebody unknown per operation and network (an IPv4 address or an IPv6 /64). Each
/// <see cref="Take"/> gives one draft for all that was counted since the last. Bounded: past <see cref="MaxKeys"/>
/// all other refusals are counted as one, and what went well is written.
/// </summary>
internal sealed class RecordFold
{
    public const int MaxKeys = 10_000;

    private const int MaxNamed = 8;

    private readonly Dictionary<Key, Repetition> _counts = [];
    private readonly Lock _gate = new();

    /// <summary>True when this one is to be written; false when it was counted.</summary>
    /// <param name="decisionId">Of the one that is or will be on record: an identical refusal by the same policy is the
    /// same decision.</param>
    public bool IsFirst(Caller caller, Operation operation, Resource resource, Outcome outcome, out string? decisionId)
    {
        lock (_gate)
        {
            decisionId = outcome.DecisionId;
            var key = KeyOf(caller, operation, resource, outcome);
            if (_counts.Count >= MaxKeys && !_counts.ContainsKey(key))
            {
                // SECURITY: a flood of refusals must not hide what somebody did.
                if (outcome.Result != EntryResult.Denied)
                {
                    return true;
                }

                key = key with { Principal = "", Resource = "", Network = "*", Policy = "" };
            }

            if (_counts.TryGetValue(key, out var count))
            {
                count.Add(caller, operation, resource, outcome);
                decisionId = key.Network == "*" ? decisionId : count.DecisionId;
                return false;
            }

            _counts.Add(key, new Repetition(key, decisionId));
            return true;
        }
    }

    /// <summary>
    /// Counts one that is not written before the next <see cref="Take"/>. Past <see cref="MaxKeys"/> it is let go.
    /// </summary>
    public void Count(Caller caller, Operation operation, Resource resource, Outcome outcome)
    {
        lock (_gate)
        {
            var key = new Key(
                caller.Principal.Id,
                operation.Name,
                $"{caller.Org} {resource}",
                ClientNetwork.Of(caller.Ip),
                outcome.Reason ?? "",
                outcome.Result
            );
            if (_counts.TryGetValue(key, out var count) || _counts.Count < MaxKeys)
            {
                _counts[key] = count ??= new Repetition(key, outcome.DecisionId);
                count.Add(caller, operation, resource, outcome);
            }
        }
    }

    /// <summary>The first one could not be written: the next counts as first again.</summary>
    public void Forget(Caller caller, Operation operation, Resource resource, Outcome outcome)
    {
        lock (_gate)
        {
            _counts.Remove(KeyOf(caller, operation, resource, outcome));
        }
    }

    /// <summary>
    /// What was counted since the last time, to be written. What did not repeat is forgotten, so that its next is a
    /// first again.
    /// </summary>
    public ImmutableArray<Repetition> Take()
    {
        lock (_gate)
        {
            var taken = ImmutableArray.CreateBuilder<Repetition>();
            foreach (var (key, count) in _counts.ToArray())
            {
                if (count.Repeated == 0)
                {
                    _counts.Remove(key);
                    continue;
                }

                taken.Add(count);
                _counts[key] = new Repetition(key, count.DecisionId);
            }

            return taken.ToImmutable();
        }
    }

    /// <summary>It could not be written: it is counted with what came since.</summary>
    public void PutBack(Repetition taken)
    {
        lock (_gate)
        {
            if (_counts.TryGetValue(taken.Key, out var since))
            {
                taken.Add(since);
            }

            _counts[taken.Key] = taken;
        }
    }

    private static Key KeyOf(Caller caller, Operation operation, Resource resource, Outcome outcome) =>
        caller.Principal.Kind == PrincipalKind.None
            ? new("", operation.Name, "", ClientNetwork.Of(caller.Ip), "", outcome.Result)
            : new(
                caller.Principal.ToString(),
                operation.Name,
                $"{caller.Org} {resource}",
                caller.Ip,
                outcome.Details.GetValueOrDefault(AccessRecords.PolicyDetail, ""),
                outcome.Result
            );

    internal readonly record struct Key(
        string Principal,
        string Operation,
        string Resource,
        string Network,
        string Policy,
        EntryResult Result
    );

    /// <summary>What repeated; not touched any more once it was taken.</summary>
    internal sealed class Repetition(Key key, string? decisionId)
    {
        private readonly SortedSet<string> _principals = new(StringComparer.Ordinal);
        private (Caller Caller, Operation Operation, Resource Resource, Outcome Outcome)? _last;

        public Key Key { get; } = key;

        public string? DecisionId { get; } = decisionId;

        public int Repeated { get; private set; }

        public void Add(Caller caller, Operation operation, Resource resource, Outcome outcome)
        {
            Repeated++;
            _last = (caller, operation, resource, outcome);
            if (caller.Principal.Id.Length > 0)
            {
                Name(caller.Principal.Id);
            }
        }

        /// <summary>Adds what repeated later.</summary>
        public void Add(Repetition later)
        {
            Repeated += later.Repeated;
            _last = later._last ?? _last;
            foreach (var principal in later._principals)
            {
                Name(principal);
            }
        }

        /// <summary>The last one, with how many there were and whose names were used.</summary>
        public (Caller Caller, Operation Operation, Resource Resource, Outcome Outcome) Last()
        {
            var (caller, operation, resource, outcome) = _last!.Value;
            var details = outcome.Details.SetItem("repeated", Repeated.ToString(CultureInfo.InvariantCulture));
            if (_principals.Count > 0)
            {
                details = details.SetItem("principals", Printable.Line(string.Join(',', _principals), 300));
            }

            return (caller, operation, resource, outcome with { Details = details, DecisionId = DecisionId });
        }

        private void Name(string principal)
        {
            if (_principals.Count < MaxNamed)
            {
                _principals.Add(principal);
            }
        }
    }
}
