using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Apps;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Components.Apps.Timeline;

/// <summary>What a record of an app says, in a sentence. Values of secrets are in none.</summary>
/// <param name="Body">As it was recorded.</param>
/// <param name="Event">What changed; null: nothing.</param>
internal readonly record struct RecordText(JsonElement Body, IDomainEvent? Event)
{
    private const int MaxNames = 8;

    public string Text =>
        Event switch
        {
            RolloutStarted { Rollout: var r } => RolloutText.Began(r),
            RolloutSucceeded => Running is { } release ? $"{release} runs and is healthy" : "Every process is healthy",
            RolloutFailed e => $"Failed: {e.Cause}",
            RolloutReverted => "What ran before runs alone again",
            ReleaseCreated e => Made(e),
            ReleasesPruned e => $"{Sentence.Counted(e.Releases.Length, "old release")} no longer kept",
            BuildStarted e => $"Build {e.Id} began",
            BuildImagesReady => "The images of a build are ready",
            BuildCompleted e => $"A build is complete: {e.Release}",
            BuildFailed e => $"A build failed: {e.Reason}",
            BuildPruned => "A build is no longer kept",
            AppCreated => "The app was created",
            AppReady => "Its place on the rack is ready",
            AppLockChanged e => e.Locked ? "Locked against deletion" : "Unlocked",
            AppParametersSet e => $"Parameters were set: {Names(e.Changed.Keys)}",
            AppDeletionStarted => "Its deletion began",
            AppDeletionDenied e => $"Its deletion was refused: {e.Cause}",
            AppDeleted => "The app was deleted",
            ProcessRequested e => $"{e.ProcessId} was started for a command, of {e.Release}",
            ProcessStopped e => $"{e.ProcessId} was stopped",
            _ => Otherwise(),
        };

    /// <summary>How what happened is to be taken.</summary>
    public Tone Tone =>
        Event switch
        {
            RolloutFailed or BuildFailed => Tone.Bad,
            RolloutSucceeded or BuildCompleted => Tone.Good,
            RolloutStarted or BuildStarted => Tone.Busy,
            _ when Of("result") is "denied" or "failed" => Tone.Warn,
            null when Of("reason") is not null => Tone.Warn,
            _ => Tone.None,
        };

    private ImmutableArray<FieldChange> Changes => ChangeJson.Read(Body).Items;

    private string? Running => Changes.FirstOrDefault(change => change.Path == "running.release")?.After?.ToString();

    private string Made(ReleaseCreated release)
    {
        var variables = Changes
            .Where(change => change.Path.StartsWith("env.", StringComparison.Ordinal))
            .Select(change => $"{change.Path["env.".Length..]} {FieldChange.Word(change.Kind)}");
        var names = Names(variables);
        return names.Length > 0 ? $"{release.Id} was made: {names}"
            : release.Description.Length > 0 ? $"{release.Id} was made: {release.Description}"
            : release.Build.Length > 0 ? $"{release.Id} was made of {release.Build}"
            : $"{release.Id} was made";
    }

    private string Otherwise()
    {
        var details = Details;
        var reason = Of("reason");
        return (Of("operation"), details.GetValueOrDefault("stream"), details.GetValueOrDefault("process")) switch
        {
            ({ } operation, _, _) when Of("result") != "ok" => $"{operation}: {reason}",
            (_, "opened", { } process) =>
                $"{details.GetValueOrDefault("program") ?? "A command"} was begun in {process}",
            (_, "closed", _) =>
                $"{details.GetValueOrDefault("operation")} has ended: {details.GetValueOrDefault("cause")}",
            ({ } operation, _, _) when reason is not null => $"{operation}: {reason}",
            ({ } operation, _, _) when details.Count > 0 =>
                $"{operation}: {string.Join(", ", details.Select(detail => $"{detail.Key} {detail.Value}"))}",
            var (operation, _, _) => operation ?? "Something was recorded",
        };
    }

    private ImmutableSortedDictionary<string, string> Details =>
        Body.TryGetProperty("details", out var details)
            ? details
                .EnumerateObject()
                .ToImmutableSortedDictionary(detail => detail.Name, detail => detail.Value.ToString())
            : ImmutableSortedDictionary<string, string>.Empty;

    private string? Of(string name) => Body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Names(IEnumerable<string> names)
    {
        var all = names.ToImmutableArray();
        var more = all.Length - MaxNames;
        return string.Join(", ", all.Take(MaxNames)) + (more > 0 ? $" and {more} more" : "");
    }
}
