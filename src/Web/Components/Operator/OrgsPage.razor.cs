using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Orgs;
using Palisade.Storage.Views;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Operator;

/// <summary>Which organizations there are, and one more.</summary>
public sealed partial class OrgsPage : OperatorPage
{
    public const string Path = $"{PageGate.OperatorPath}/orgs";

    /// <summary>More rows are not drawn; a part of the name finds them.</summary>
    private const int Most = 200;

    private ImmutableArray<OrgRow> _rows = [];

    [Inject]
    private IViews Views { get; set; } = null!;

    [Inject]
    private AccountFinder Accounts { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromForm(FormName = "create")]
    private CreateForm? Create { get; set; }

    private protected override Operation Reads => Operations.OrgList;

    public static string PathOf(string org) => $"{Path}/{Uri.EscapeDataString(org)}";

    private protected override async Task LoadAsync()
    {
        var rows = ImmutableArray.CreateBuilder<OrgRow>();
        await foreach (var row in Views.AllAsync(new("", ViewKinds.Org, ""), Left))
        {
            var org = ViewJson.Read<OrgRow>(row.Json);
            if (org.Name.Contains(Search?.Trim() ?? "", StringComparison.OrdinalIgnoreCase))
            {
                rows.Add(org);
            }
        }

        _rows = rows.ToImmutable();
    }

    private Task CreateAsync()
    {
        var name = Create?.Name?.Trim() ?? "";
        return DoAsync(
            // The name is the grain's key, so it is looked at before there is one.
            Names.IsValid(name)
                ? Accounts.WithAsync(
                    Create?.Email,
                    async id => (await Grains.GetGrain<IOrgGrain>(name).CreateAsync(Caller, id, Left)).Problem,
                    Left
                )
                : Task.FromResult<Problem?>(
                    new Invalid("org.name_invalid", $"{Printable.Of(name)} is not an organization's name")
                    {
                        Suggestion = $"use {Names.Rule}",
                    }
                ),
            PathOf(name)
        );
    }

    private sealed class CreateForm
    {
        public string? Name { get; set; }

        public string? Email { get; set; }
    }
}
