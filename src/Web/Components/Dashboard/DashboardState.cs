using System.Collections.Immutable;
using Palisade.Web.Components.Apps;
using Palisade.Web.Components.Audit;
using Palisade.Web.Components.Jobs;

namespace Palisade.Web.Components.Dashboard;

/// <summary>What the page shows. Pure: changes in, state out.</summary>
public sealed record DashboardState
{
    /// <summary>Rows of one list; more are one link away.</summary>
    public const int Most = 8;

    /// <summary>Racks and apps that the reader may see.</summary>
    public AppsPageState All { get; init; } = new() { Org = "" };

    public ImmutableArray<JobLine> Jobs { get; init; } = [];

    /// <summary>Why there are no jobs to see, for a person.</summary>
    public string? MayNotSeeJobs { get; init; }

    /// <summary>Newest first.</summary>
    public ImmutableArray<Refusal> Refusals { get; init; } = [];

    /// <summary>
    /// The log's latest (S31). Null: the reader may not read the log, or nothing is sealed.
    /// </summary>
    public LogStatus? Checkpoint { get; init; }

    /// <summary>Why there are no refusals to see, for a person.</summary>
    public string? MayNotSeeRefusals { get; init; }

    /// <summary>Why there is no dashboard for the reader; null: there is one.</summary>
    public string? Missing { get; init; }

    /// <summary>Worst first: those that do not do what they should, and those whose last change failed.</summary>
    public IEnumerable<AppRow> Attention =>
        All.Apps.Values.Where(NeedsAttention).OrderByDescending(row => row.Condition.Tone).ThenBy(row => row.Key);

    /// <summary>Being changed, as they should.</summary>
    public IEnumerable<AppRow> UnderWay =>
        All.Apps.Values.Where(row => row.Condition.Tone == Tone.Busy && !NeedsAttention(row));

    /// <summary>What runs, by when its release was made, newest first.</summary>
    public IEnumerable<AppRow> Recent =>
        All.Apps.Values.Where(row => row.Since is not null).OrderByDescending(row => row.Since).Take(Most);

    /// <summary>One sentence on how things are.</summary>
    public string Sentence
    {
        get
        {
            if (All.Racks.IsEmpty)
            {
                return "There is no rack here that you may see.";
            }

            if (All.Apps.IsEmpty)
            {
                return "Nothing is deployed yet.";
            }

            var (bad, busy) = (Attention.Count(), UnderWay.Count());
            var worst = (bad, All.Apps.Count) switch
            {
                (0, 1) => "The only app is as it should be",
                (0, var all) => $"All {all} apps are as they should be",
                (1, var all) => $"1 of {Apps(all)} needs attention",
                var (some, all) => $"{some} of {Apps(all)} need attention",
            };
            return busy == 0 ? $"{worst}." : $"{worst}; {Changes(busy)} under way.";
        }
    }

    /// <summary>Apps of a rack, and how many of the processes that are seen there are healthy.</summary>
    public (int Apps, int Healthy, int Desired) On(RackGroup rack)
    {
        ArgumentNullException.ThrowIfNull(rack);
        var rows = All.Apps.Values.Where(row => row.App.Rack == rack.Rack.Name).ToList();
        var seen = rows.Where(row => row.Healthy is not null).ToList();
        return (rows.Count, seen.Sum(row => row.Healthy ?? 0), seen.Sum(row => row.Desired ?? 0));
    }

    public static string Apps(int count) => count == 1 ? "1 app" : $"{count} apps";

    private static string Changes(int count) => count == 1 ? "1 change is" : $"{count} changes are";

    private static bool NeedsAttention(AppRow row) =>
        row.Condition.Tone is Tone.Warn or Tone.Bad || row.App is { LastFailure: not null, WasCancelled: false };
}
