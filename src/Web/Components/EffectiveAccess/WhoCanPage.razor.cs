using Microsoft.AspNetCore.Components;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Account;
using Palisade.Web.Live;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>Who can do an operation on a resource, through what, and what it takes beside that.</summary>
public sealed partial class WhoCanPage : AccessPage
{
    /// <summary>More ways are not listed; the rarest come first.</summary>
    private const int MostWays = 20;

    private WhoCanLook _look = WhoCanLook.From(AccessQuestion.From(null, null), null, null, null, null);
    private WhoCanFound? _found;
    private string? _refusal;

    [SupplyParameterFromQuery(Name = "kind")]
    private string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "through")]
    private string? Through { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? Number { get; set; }

    [Inject]
    private WhoCanReader Reader { get; set; } = null!;

    private string Path => AccessAddress.WhoCan(Org);

    protected override void AddressChanged()
    {
        base.AddressChanged();
        _look = WhoCanLook.From(Question, Kind, Through, Text, QueryNumber.Of(Number));
    }

    private protected override async Task AnswerAsync(Caller caller)
    {
        if (MayNot is not null || Question is not { Fault: null, Operation: { } operation, Resource: { } resource })
        {
            (_found, _refusal) = (null, null);
            return;
        }

        var found = await Reader.FindAsync(caller, operation, resource, _look, Left);
        _refusal = found.TryGet(out _found, out var problem) ? null : Sentence.Of(problem);
    }

    private string Link(WhoCanLook look) => (look with { Page = 1 }).LinkOn(Path);

    private static string Words(AbleKind kind) =>
        kind switch
        {
            AbleKind.Person => "People",
            AbleKind.Group => "Groups",
            _ => "Deploy keys",
        };
}
