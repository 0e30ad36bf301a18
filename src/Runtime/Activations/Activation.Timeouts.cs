using System.Globalization;
using System.Text;

namespace Orleans.Runtime;

internal sealed partial class Activation
{
    /// <summary>Adds the unanswered calls made at or before the tick.</summary>
    public void CollectOverdue(int tick, List<GrainRequest> overdue)
    {
        // Most activations are idle; a call that arrives just now is not overdue.
        if (_waiting.Count == 0 && _running.Count == 0 && !HasArrivals)
        {
            return;
        }

        lock (_gate)
        {
            Receive();
            for (var request = _waiting.First; request is not null; request = request.Next)
            {
                Add(request);
            }

            for (var request = _running.First; request is not null; request = request.Next)
            {
                Add(request);
            }
        }

        void Add(GrainRequest request)
        {
            if (request.Tick <= tick && !request.Answered)
            {
                overdue.Add(request);
            }
        }
    }

    /// <summary>Ends the wait for this call; when it has not begun yet, it never will.</summary>
    public void TimeOut(GrainRequest request, string message)
    {
        Withdraw(request);
        request.Fail(new TimeoutException(message));
    }

    /// <summary>What the call is, what it waits for, and the chain of calls that it stands in.</summary>
    public static string Describe(GrainRequest request, TimeSpan timeout)
    {
        var chain = new List<GrainRequest>();
        for (var up = request; up is not null && !chain.Contains(up); up = up.CallerTurn)
        {
            chain.Insert(0, up);
        }

        for (var down = request.LastCall; down is { Answered: false } && !chain.Contains(down); down = down.LastCall)
        {
            chain.Add(down);
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Name(request)} gave no answer within {timeout}. Call chain: ");
        text.AppendJoin(" -> ", chain.Select(Name)).Append('.');
        var last = chain[^1];
        if (last.Stage != RequestStage.Running)
        {
            var blocking = chain.Find(r => r != last && r.Target == last.Target && r.Stage == RequestStage.Running);
            text.Append(blocking is null
                ? $" {Name(last)} waits for its turn behind {last.Target?.LatestTurn?.Method.Name ?? "the activation"}."
                : $" Deadlock: {Name(last)} waits for {Name(blocking)}, which waits for it.");
        }

        return text.ToString();

        static string Name(GrainRequest r) => $"{r.Method.Name} on {r.Target}";
    }
}
