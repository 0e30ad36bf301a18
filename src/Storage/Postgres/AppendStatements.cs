using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Views;

namespace Palisade.Storage.Postgres;

/// <summary>
/// The statements of a group of appends, sent as one: about as many for a group as for one append. INVARIANT: what
/// others may wait for comes first and in one order for everybody: limits, then streams.
/// </summary>
internal sealed class AppendStatements
{
    private static readonly TimeSpan KeepMarks = TimeSpan.FromHours(1);

    private readonly List<Statement> _statements = [];

    // Rows gather over appends until something asks for what they change.
    private readonly Dictionary<(string Org, string Kind, string Key), ViewChange> _views = [];
    private readonly List<(JobDraft Job, string Json)> _jobs = [];
    private readonly DateTimeOffset _at;

    private AppendStatements(DateTimeOffset at) => _at = at;

    /// <param name="appends">Planned at one time.</param>
    /// <param name="heads">In the order of <see cref="AppendPlan.Heads"/>.</param>
    public static IReadOnlyList<Statement> Of(IReadOnlyList<PlannedAppend> appends, IReadOnlyList<HeadMove> heads)
    {
        var group = new AppendStatements(appends[0].At);
        group._statements.AddRange(
            appends
                .SelectMany(planned => LimitsOf(planned.Append))
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(Locks.Limit)
        );
        if (heads.Count > 0)
        {
            group._statements.Add(HeadStatements.Take(heads));
        }

        group._statements.AddRange(EntryStatements.Insert(appends));
        foreach (var planned in appends)
        {
            group.Add(planned.Work, planned.Append);
        }

        group.PutViews();
        group.EnqueueJobs();
        return group._statements;
    }

    private static IEnumerable<string> LimitsOf(Append append) =>
        append
            .Limits.Select(limit => $"view/{append.Org}/{limit.Kind}")
            .Concat(append.JobLimits.Select(limit => $"job/{append.Org}/{limit.Kind}"));

    private void Add(AppendWork work, Append append)
    {
        if (append.Idempotency is { } given)
        {
            TakeKey(given.Key, given.Answer, given.Expires);
        }

        if (work.Mark is { } mark)
        {
            TakeKey(mark, "", _at + KeepMarks);
        }

        AddRefusals(append);
        foreach (var view in append.Views)
        {
            AddView(view);
        }

        _statements.AddRange(append.Tickets.Select(ticket => TicketStatements.Write(ticket, _at)));
        _statements.AddRange(append.Erasures.SelectMany(erasure => DataKeyStatements.Erase(erasure, _at)));
        _statements.AddRange(
            append.Fences.Where(fence => fence.Complete).SelectMany(fence => JobStatements.Complete(fence, _at))
        );
        _jobs.AddRange(work.Prepared.Jobs);
        if (!append.CancelJobs.IsEmpty)
        {
            EnqueueJobs();
            _statements.AddRange(append.CancelJobs.Select(job => JobStatements.Cancel(append.Org, job, _at)));
        }

        _statements.AddRange(append.RetryJobs.Select(job => JobStatements.Retry(job, _at)));
    }

    /// <summary>What is counted includes what those before it in the group add.</summary>
    private void AddRefusals(Append append)
    {
        if (!append.Limits.IsEmpty)
        {
            PutViews();
        }

        if (!append.JobLimits.IsEmpty)
        {
            EnqueueJobs();
        }

        _statements.AddRange(
            append.Fences.Select(fence =>
                Statement.Of("SELECT hold_attempt($1, $2)").Add(fence.JobId).Add(fence.Attempt)
            )
        );
        _statements.AddRange(append.RetryJobs.Select(job => JobStatements.RefuseLiving(append.Org, job)));
        _statements.AddRange(
            append.Limits.Select(limit =>
                Statement.Of("SELECT hold_limit($1, $2, $3)").Add(append.Org).Add(limit.Kind).Add(limit.Below)
            )
        );
        _statements.AddRange(
            append.JobLimits.Select(limit => JobStatements.RefuseOver(append.Org, limit.Kind, limit.Below))
        );
    }

    private void TakeKey(string key, string answer, DateTimeOffset expires) =>
        _statements.Add(Statement.Of("SELECT take_key($1, $2, $3, $4)").Add(key).Add(answer).Add(expires).Add(_at));

    private void AddView(ViewChange change)
    {
        if (change.Json is not null)
        {
            // The last of one key is what stays.
            _views[(change.Org, change.Kind, change.Key)] = change;
            return;
        }

        PutViews();
        _statements.Add(ViewStatements.Delete(change));
    }

    private void PutViews()
    {
        if (_views.Count > 0)
        {
            _statements.Add(ViewStatements.Put(_views.Values));
            _views.Clear();
        }
    }

    private void EnqueueJobs()
    {
        if (_jobs.Count > 0)
        {
            _statements.Add(JobStatements.Enqueue(_jobs, _at));
            _jobs.Clear();
        }
    }
}
