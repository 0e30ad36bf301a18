using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>Why somebody can do something or can't, now; or why a request was refused then.</summary>
public sealed partial class WhyPage : AccessPage
{
    private static readonly Operation[] ForNames = [Operations.MemberList];

    private string _who = "";
    private string _self = "";
    private string _decision = "";
    private SubjectFound _found = new(null);
    private Explanation? _explanation;
    private WhyAnswer? _then;
    private string? _refusal;
    private bool _namesHidden;

    [SupplyParameterFromQuery(Name = "who")]
    private string? Whose { get; set; }

    [SupplyParameterFromQuery(Name = "decision")]
    private string? Decision { get; set; }

    [Inject]
    private SubjectReader Subjects { get; set; } = null!;

    [Inject]
    private AccessQueries Queries { get; set; } = null!;

    protected override void AddressChanged()
    {
        base.AddressChanged();
        (_who, _decision) = (Whose?.Trim() ?? "", Decision?.Trim() ?? "");
    }

    private protected override async Task AnswerAsync(Caller caller)
    {
        if (_decision.Length > 0)
        {
            _namesHidden = (await Missing.OfAsync(caller, Resource.Org, ForNames, Left)) is not null;
            var why = await Queries.WhyAsync(caller, _decision, Left);
            _refusal = why.TryGet(out _then, out var problem) ? null : Sentence.Of(problem);
            return;
        }

        _self = caller.Principal.Id;
        _who = _who.Length == 0 ? _self : _who;
        _found = await Subjects.FindAsync(caller, _who, Left);
        _explanation =
            _found.Row is { } row && Question is { Fault: null, Operation: { } operation, Resource: { } resource }
                ? row.Subject.Why(operation, resource)
                : null;
    }

    private string Now(WhyAnswer then) =>
        AccessAddress.With(
            AccessAddress.Why(Org),
            ("who", then.Principal.Id),
            ("op", then.Operation),
            ("on", then.Resource)
        );
}
