using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Audit.Evidence;

/// <summary>Which reports there are.</summary>
public sealed partial class EvidencePage : LivePage
{
    private ImmutableArray<(EvidenceReport Report, MissingRight? MayNot)> _reports = [];
    private string? _problem;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    protected override IEnumerable<string> Topics => [];

    protected override async Task ReadAsync(Caller caller)
    {
        var reports = ImmutableArray.CreateBuilder<(EvidenceReport, MissingRight?)>();
        foreach (var report in EvidenceReport.All)
        {
            reports.Add((report, await Missing.OfAsync(caller, Resource.Org, report.Needs, Left)));
        }

        _reports = reports.ToImmutable();
    }

    protected override void Trouble(string text) => _problem = text;
}
