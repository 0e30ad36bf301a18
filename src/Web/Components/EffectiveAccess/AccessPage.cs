using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>A page of a question about access, which its address holds. The answer moves while it is shown.</summary>
public abstract class AccessPage : LivePage
{
    private static readonly Operation[] ForExplain = [Operations.AccessExplain];

    [SupplyParameterFromQuery(Name = "op")]
    private string? Op { get; set; }

    [SupplyParameterFromQuery(Name = "on")]
    private string? On { get; set; }

    [Inject]
    private protected MissingRights Missing { get; set; } = null!;

    [Inject]
    private PlaceNames Names { get; set; } = null!;

    protected AccessQuestion Question { get; private set; } = AccessQuestion.From(null, null);

    /// <summary>What the reader lacks to ask about others; null: nothing.</summary>
    protected MissingRight? MayNot { get; private set; }

    /// <summary>Racks and apps to choose from.</summary>
    protected ImmutableArray<string> Places { get; private set; } = [];

    /// <summary>Why what is shown may be old.</summary>
    protected string? Problem { get; private set; }

    protected override IEnumerable<string> Topics => [$"org/{Org}", $"key/{Org}/"];

    protected override void AddressChanged() => Question = AccessQuestion.From(Op, On);

    protected sealed override async Task ReadAsync(Caller caller)
    {
        MayNot = await Missing.OfAsync(caller, Resource.Org, ForExplain, Left);
        Places = await Names.OfAsync(caller, Left);
        await AnswerAsync(caller);
        Problem = null;
        _ = DrawAsync();
    }

    private protected abstract Task AnswerAsync(Caller caller);

    protected override void Trouble(string text)
    {
        Problem = text;
        _ = DrawAsync();
    }
}
