using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Audit.Sinks;

/// <summary>
/// Makes a webhook. SECURITY: its secret is in this page's memory until the page is left, and nowhere else.
/// </summary>
public sealed partial class NewSinkPage : ProvenPage
{
    private string _name = "";
    private string _url = "";
    private string _from = "next";
    private string? _made;
    private string? _secret;
    private MissingRight? _mayNot;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    protected override IEnumerable<string> Topics => [$"org/{Org}"];

    private protected override async Task ReadOfAsync(Caller caller) =>
        _mayNot = await Missing.OfAsync(caller, Resource.Org, SinksPage.ForNew, Left);

    private static string Text(ChangeEventArgs e) => ((string?)e.Value ?? "").Trim();

    private Task MakeAsync() =>
        DoOnceAsync(async caller =>
        {
            var sink = new NewSink(SinkKind.Webhook, _name, new(_url), _from == "all" ? 0 : null);
            var made = await Grains.GetGrain<IAuditGrain>(Org).CreateSinkAsync(caller, sink, Left);
            if (!made.TryGet(out var issued, out var problem))
            {
                return problem;
            }

            (_made, _secret, _url) = (issued.SinkId, issued.Secret?.Reveal(), "");
            return null;
        });
}
