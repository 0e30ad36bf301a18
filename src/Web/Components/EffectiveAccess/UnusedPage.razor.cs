using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>What of a role nobody used; or what of their roles a member or a deploy key did not use.</summary>
public sealed partial class UnusedPage : AccessPage
{
    private string _of = "";
    private SubjectFound _found = new(null);
    private ImmutableArray<Role> _roles = [];
    private ImmutableArray<(Role Role, RightSized Sized)> _sized = [];
    private string? _refusal;

    [SupplyParameterFromQuery(Name = "of")]
    private string? Of { get; set; }

    [Inject]
    private SubjectReader Subjects { get; set; } = null!;

    [Inject]
    private AccessQueries Queries { get; set; } = null!;

    [Inject]
    private Policies Policies { get; set; } = null!;

    // 90 days are read: not again whenever somebody does something.
    protected override IEnumerable<string> Topics => [];

    private bool IsRole => _roles.Any(role => role.Id == _of);

    protected override void AddressChanged()
    {
        base.AddressChanged();
        _of = Of?.Trim() ?? "";
    }

    private protected override async Task AnswerAsync(Caller caller)
    {
        (_found, _sized, _refusal) = (new(null), [], null);
        if (MayNot is not null)
        {
            return;
        }

        var (state, _) = await Policies.OrgAsync(Org, Left);
        _roles = [.. BuiltInRoles.All, .. state.Roles.Values.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase)];
        if (_of.Length == 0)
        {
            return;
        }

        if (_roles.FirstOrDefault(role => role.Id == _of) is { } asked)
        {
            Take((await Queries.UnusedAsync(caller, _of, Left)).Map(sized => ImmutableArray.Create((asked, sized))));
            return;
        }

        _found = await Subjects.FindAsync(caller, _of, Left);
        if (_found.Row is { Subject: { Invite: null } subject })
        {
            Take(
                subject.Key is null
                    ? await Queries.UnusedByAsync(caller, subject.Id, Left)
                    : await Queries.UnusedByKeyAsync(caller, subject.Id, Left)
            );
        }
    }

    private void Take(Result<ImmutableArray<(Role, RightSized)>> read) =>
        _refusal = read.TryGet(out _sized, out var problem) ? null : Sentence.Of(problem);
}
