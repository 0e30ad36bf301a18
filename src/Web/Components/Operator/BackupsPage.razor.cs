using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Components.Operator;

/// <summary>Which backups there are, the newest first, and one more.</summary>
public sealed partial class BackupsPage : OperatorPage
{
    public const string Path = $"{PageGate.OperatorPath}/backups";

    private ImmutableArray<(Backup Backup, string By)> _backups = [];

    [Inject]
    private Bylines Bylines { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "delete")]
    private string? Going { get; set; }

    [SupplyParameterFromForm(FormName = "delete")]
    private TypedDeed.Input? Typed { get; set; }

    private protected override Operation Reads => Operations.InstallationRead;

    private protected override async Task LoadAsync()
    {
        if (!(await Installation.GetAsync(Caller, Left)).TryGet(out var state, out var problem))
        {
            Problem = Account.Refused.Text(Http, problem);
            return;
        }

        var backups = ImmutableArray.CreateBuilder<(Backup, string)>();
        foreach (var backup in state.Backups.Values.Reverse())
        {
            backups.Add((backup, (await Bylines.OfIdAsync(backup.By, Left)).Name));
        }

        _backups = backups.ToImmutable();
    }

    private static (Tone Tone, string Text) ConditionOf(Backup backup) =>
        backup.Status switch
        {
            BackupStatus.Done => (Tone.Good, "Written"),
            BackupStatus.Running => (Tone.Busy, "Being written"),
            _ => (Tone.Bad, "Failed"),
        };

    private Task MakeAsync() => DoAsync(ProblemOf(Installation.RequestBackupAsync(Caller, Left)));

    private Task DeleteAsync() =>
        DoAsync(
            Going is { } id && Typed?.Text?.Trim() == id
                ? ProblemOf(Installation.DeleteBackupAsync(Caller, id, Left))
                : Task.FromResult<Problem?>(TypedDeed.Other),
            Path
        );
}
