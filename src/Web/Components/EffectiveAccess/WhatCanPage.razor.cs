using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>All that somebody can and can't do on a resource, each with why.</summary>
public sealed partial class WhatCanPage : AccessPage
{
    private string _who = "";
    private string _self = "";
    private string _verdict = "";
    private SubjectFound _found = new(null);
    private ImmutableArray<OperationVerdict> _all = [];
    private ImmutableArray<(string Place, int Can)> _elsewhere = [];

    [SupplyParameterFromQuery(Name = "who")]
    private string? Whose { get; set; }

    [SupplyParameterFromQuery(Name = "verdict")]
    private string? Verdict { get; set; }

    [Inject]
    private SubjectReader Subjects { get; set; } = null!;

    private IEnumerable<IGrouping<ResourceType, OperationVerdict>> Shown =>
        _all.Where(verdict =>
                _verdict switch
                {
                    "can" => verdict.Allowed,
                    "cannot" => !verdict.Allowed,
                    _ => true,
                }
            )
            .GroupBy(verdict => Operations.Find(verdict.Operation)!.Type)
            .OrderBy(type => type.Key.ToString(), StringComparer.Ordinal);

    protected override void AddressChanged()
    {
        base.AddressChanged();
        (_who, _verdict) = (Whose?.Trim() ?? "", Verdict?.Trim() ?? "");
    }

    private protected override async Task AnswerAsync(Caller caller)
    {
        _self = caller.Principal.Id;
        _who = _who.Length == 0 ? _self : _who;
        _found = await Subjects.FindAsync(caller, _who, Left);
        if (_found.Row is not { Subject: { } subject } || Question.Resource is not { } resource)
        {
            (_all, _elsewhere) = ([], []);
            return;
        }

        _all = [.. subject.WhatCan(resource).Where(verdict => Belongs(Operations.Find(verdict.Operation)!, resource))];
        _elsewhere =
        [
            .. Places
                .Prepend("")
                .Select(place =>
                    Resource.TryParse(place, out var there)
                        ? (place, Operations.All.Count(o => Belongs(o, there) && subject.Can(o, there)))
                        : (place, 0)
                ),
        ];
    }

    private string Link(string on, string verdict) =>
        AccessAddress.With(AccessAddress.WhatCan(Org), ("who", _who), ("on", on), ("verdict", verdict));

    /// <summary>Whether the operation is about such a resource, not only possible to name it with.</summary>
    private static bool Belongs(Operation operation, Resource resource) =>
        operation.Type != ResourceType.None
        && (
            resource switch
            {
                { ItemName: not null } => operation.Type
                    is ResourceType.DeployKeys
                        or ResourceType.Workflows
                        or ResourceType.Integrations,
                { AppName: not null } => operation.Scope == OperationScope.App || operation.Type == ResourceType.Jobs,
                { RackName: not null } => operation.Scope == OperationScope.Rack,
                _ => operation.Scope == OperationScope.Org,
            }
        );
}
