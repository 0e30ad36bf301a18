using Palisade.Domain.Access;
using Palisade.Storage.Jobs;

namespace Palisade.Web.Components.Jobs;

/// <summary>Which jobs are shown; lives in the address, so that every view is a link.</summary>
public sealed record JobsQuery
{
    private const int MaxName = 63;
    private const int MaxId = 200;

    /// <summary>What a reader chooses from: the name in the address, and for people.</summary>
    public static IReadOnlyList<(string Name, string Label)> Statuses { get; } =
    [
        ("waiting", "Waiting"),
        ("running", "Running"),
        ("done", "Done"),
        ("failed", "Failed"),
        ("cancelled", "Cancelled"),
    ];

    /// <summary>One of <see cref="Statuses"/>; "" for all.</summary>
    public string Status { get; private init; } = "";

    /// <summary>Name of one of <see cref="JobSort.All"/>; "" for all.</summary>
    public string Sort { get; private init; } = "";

    /// <summary>Name of a rack; "" for all.</summary>
    public string Rack { get; private init; } = "";

    /// <summary>Part of an app's name; "" for all.</summary>
    public string App { get; private init; } = "";

    /// <summary>Id of the job after which the list goes on; null: from the newest on.</summary>
    public string? Before { get; init; }

    public bool IsAll => this with { Before = null } == new JobsQuery();

    /// <summary>Never refuses: what makes no sense is all, and names of nothing find nothing.</summary>
    public static JobsQuery From(string? status, string? sort, string? rack, string? app, string? before) =>
        new()
        {
            Status = Statuses.FirstOrDefault(s => s.Name == status).Name ?? "",
            Sort = JobSort.All.FirstOrDefault(s => s.Name == sort)?.Name ?? "",
            Rack = Cut(rack, MaxName),
            App = Cut(app, MaxName),
            Before = Cut(before, MaxId) is { Length: > 0 } id ? id : null,
        };

    public bool Matches(JobRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return (Status.Length == 0 || Status == NameOf(row.Status))
            && (Sort.Length == 0 || Sort == JobSort.Of(row.Job).Name)
            && Resource.TryParse(row.Job.Resource, out var on)
            && (Rack.Length == 0 || on.RackName == Rack)
            && (App.Length == 0 || on.AppName?.Contains(App, StringComparison.OrdinalIgnoreCase) == true);
    }

    /// <summary><c>?status=failed&amp;rack=prod</c>, "" for all.</summary>
    public string ToQueryString()
    {
        (string Name, string? Value)[] parts =
        [
            ("status", Status),
            ("kind", Sort),
            ("rack", Rack),
            ("app", App),
            ("before", Before),
        ];
        var set = string.Join(
            '&',
            parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}")
        );
        return set.Length == 0 ? "" : $"?{set}";
    }

    private static string NameOf(JobStatus status) =>
        status switch
        {
            JobStatus.Queued => "waiting",
            JobStatus.Running => "running",
            JobStatus.Done => "done",
            JobStatus.Cancelled => "cancelled",
            _ => "failed",
        };

    private static string Cut(string? text, int max) =>
        text?.Trim() is { } trimmed ? trimmed[..Math.Min(trimmed.Length, max)] : "";
}
