using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Jobs;

/// <summary>What was, is and will be carried out in an organization, as far as the reader may see it.</summary>
public sealed partial class JobsPage : LivePage
{
    private JobsQuery _query = new();
    private JobsFound? _found;
    private ImmutableArray<string> _racks = [];
    private string? _missing;
    private string? _problem;

    [SupplyParameterFromQuery(Name = "status")]
    private string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "rack")]
    private string? Rack { get; set; }

    [SupplyParameterFromQuery(Name = "app")]
    private string? App { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private JobsReader Reader { get; set; } = null!;

    protected override IEnumerable<string> Topics => [.. JobsReader.TopicsOf(Org), $"org/{Org}"];

    private string Path => $"/o/{Org}/jobs";

    protected override void AddressChanged() => _query = JobsQuery.From(Status, Sort, Rack, App, Before);

    protected override async Task ReadAsync(Caller caller)
    {
        _missing = await Reader.MissingAsync(caller, Left);
        if (_missing is null)
        {
            _racks = await Reader.RacksAsync(caller, Left);
            _found = await Reader.FindAsync(caller, _query, JobsReader.Most, Left);
        }

        _problem = null;
        _ = DrawAsync();
    }

    protected override void Trouble(string text)
    {
        _problem = text;
        _ = DrawAsync();
    }

    private string PartFrom(string? before) => Path + (_query with { Before = before }).ToQueryString();
}
