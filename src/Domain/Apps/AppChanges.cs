using System.Collections.Immutable;
using Palisade.Domain.Audit.Changes;

namespace Palisade.Domain.Apps;

/// <summary>What records say that an event changed about an app.</summary>
public static class AppChanges
{
    public static ChangeSet Of(AppState before, AppEvent @event, AppState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new ChangeList();
        changes.Text("id", before.Id, after.Id);
        changes.Text("generation", GenerationOf(before), GenerationOf(after));
        changes.Text("status", before.Status, after.Status);
        changes.Flag("locked", before.Locked, after.Locked);
        ChangeList.Map("parameters", before.Parameters, after.Parameters, changes.Text);
        ChangeList.Map("env", before.EnvironmentKeys, after.EnvironmentKeys, changes.Secret);
        Releases(changes, before, @event, after);
        changes.Text("rollout", before.Rollout?.Id, after.Rollout?.Id);
        Deployed(changes, "", before.Desired, after.Desired);
        Deployed(changes, "running.", before.Current, after.Current);
        changes.Text("failure", before.LastFailure, after.LastFailure);
        Processes(changes, @event);
        return changes.ToSet();
    }

    private static string GenerationOf(AppState state) => state.Exists ? state.Generation : "";

    private static void Releases(ChangeList changes, AppState before, AppEvent @event, AppState after)
    {
        if (@event is ReleaseCreated made)
        {
            changes.Text($"releases.{made.Id}.build", null, made.Build);
            changes.Number($"releases.{made.Id}.environmentVersion", null, made.EnvironmentVersion);
            changes.Text($"releases.{made.Id}.description", null, made.Description);
        }

        var isGone = @event is ReleasesPruned || after.Releases.Count < before.Releases.Count;
        foreach (var gone in isGone ? before.Releases.Except(after.Releases) : [])
        {
            changes.Text($"releases.{gone.Id}", gone.Build.Length == 0 ? gone.Id : gone.Build, null);
        }
    }

    /// <summary>What is to run, or what is proven to (<c>running.</c>).</summary>
    private static void Deployed(ChangeList changes, string path, Deployment before, Deployment after)
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }

        changes.Text($"{path}release", before.Release, after.Release);
        ChangeList.Map(
            $"{path}scale",
            before.Scale,
            after.Scale,
            (service, was, now) =>
            {
                changes.Number($"{service}.count", was?.Count, now?.Count);
                changes.Number($"{service}.cpu", was?.Cpu, now?.Cpu);
                changes.Number($"{service}.memory", was?.Memory, now?.Memory);
            }
        );
        foreach (var service in before.Restarts.Keys.Union(after.Restarts.Keys, StringComparer.Ordinal))
        {
            changes.Number($"{path}restarts.{service}", Restarts(before, service), Restarts(after, service));
        }
    }

    private static long? Restarts(Deployment deployment, string service) =>
        deployment.Restarts.TryGetValue(service, out var count) ? count : null;

    private static void Processes(ChangeList changes, AppEvent @event)
    {
        switch (@event)
        {
            case ProcessRequested e:
                changes.Text($"processes.{e.ProcessId}.service", null, e.Service);
                changes.Text($"processes.{e.ProcessId}.command", null, e.Command);
                break;
            case ProcessStopped e:
                changes.Text("processes", e.ProcessId, null);
                break;
        }
    }
}
