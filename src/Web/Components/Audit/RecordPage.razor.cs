using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Audit;

/// <summary>One record with what it changed, and the proof that it is in the log. Its address is permanent.</summary>
public sealed partial class RecordPage : LivePage
{
    private static readonly Operation[] ForExplain = [Operations.AccessExplain];
    private static readonly Operation[] ForRead = [Operations.AuditRead];

    // SECURITY: it is text of the page, which encodes it.
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private ProvenRecord? _proven;
    private string? _body;
    private bool _mayExplain;
    private MissingRight? _mayNot;
    private string? _problem;

    [Parameter]
    public long Index { get; set; }

    [Inject]
    private AuditReader Reader { get; set; } = null!;

    [Inject]
    private MissingRights Missing { get; set; } = null!;

    private bool Waiting => !RendererInfo.IsInteractive;

    protected override IEnumerable<string> Topics => [$"org/{Org}"];

    protected override async Task ReadAsync(Caller caller)
    {
        _mayNot = await Missing.OfAsync(caller, Resource.Org, ForRead, Left);
        _mayExplain = await Missing.OfAsync(caller, Resource.Org, ForExplain, Left) is null;
        _proven = _mayNot is null ? await Reader.OneAsync(Org, Index, Left) : null;
        _body = _proven?.Row.Record.Body is { } body ? JsonSerializer.Serialize(body, Readable) : null;
        _problem = null;
        _ = DrawAsync();
    }

    protected override void Trouble(string text)
    {
        _problem = text;
        _ = DrawAsync();
    }
}
