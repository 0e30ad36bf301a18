using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

using AppDecision = Decision<AppEvent, Done>;

/// <summary>Decisions about an app's existence, lock and parameters.</summary>
public static class AppLifecycle
{
    /// <summary>Bounds of <c>apps params</c>: unknown keys are kept as text.</summary>
    public const int MaxParameters = 100;

    public static Result<AppDecision> Create(AppState state, AppRef app, string? generation, DecideContext context)
    {
        if (!Names.IsValid(app.App))
        {
            return AppProblems.NameInvalid(app.App);
        }

        if (app.App is "rack" or "system")
        {
            return AppProblems.NameReserved(app.App);
        }

        if (state.Exists)
        {
            return state.Status == AppStatus.Deleting ? AppProblems.Deleting(app.App) : AppProblems.Exists(app.App);
        }

        if (generation is not (null or "" or "2" or "3"))
        {
            return new Invalid("app.generation_invalid", $"unknown generation {Printable.Of(generation)}") { Suggestion = "leave it out" };
        }

        // COMPAT: the client of generation 1 features checks for "2"; everything here is the newest generation.
        return new AppDecision(default) { Events = [new AppCreated(context.Ids.Hex(5), "3", context.Now)] };
    }

    public static Result<AppDecision> Update(AppState state, AppRef app, bool? locked, ImmutableSortedDictionary<string, string>? parameters)
    {
        if (Refusal(state, app) is { } refusal)
        {
            return refusal;
        }

        var events = ImmutableArray.CreateBuilder<AppEvent>();
        if (locked is { } value && value != state.Locked)
        {
            events.Add(new AppLockChanged(value));
        }

        if (parameters is { Count: > 0 })
        {
            if (parameters.FirstOrDefault(p => p.Key.Length is 0 or > 100 || p.Value.Length > 1000) is { Key: not null } bad)
            {
                return new Invalid("app.parameter_invalid", $"parameter {Printable.Of(bad.Key)} is too long or has no name");
            }

            if (state.Parameters.SetItems(parameters).Count > MaxParameters)
            {
                return new Exhausted("app.too_many_parameters", $"an app has at most {MaxParameters} parameters");
            }

            events.Add(new AppParametersSet(parameters));
        }

        return new AppDecision(default) { Events = events.ToImmutable() };
    }

    public static Result<AppDecision> Delete(AppState state, AppRef app)
    {
        if (!state.Exists)
        {
            return AppProblems.NotFound(app.App);
        }

        if (state.Locked)
        {
            return AppProblems.Locked(app.App);
        }

        return new AppDecision(default) { Events = state.Status == AppStatus.Deleting ? [] : [new AppDeletionStarted()] };
    }

    public static Result<AppDecision> Ready(AppState state) =>
        new AppDecision(default) { Events = state.Status == AppStatus.Creating ? [new AppReady()] : [] };

    public static Result<AppDecision> Deleted(AppState state) =>
        new AppDecision(default) { Events = state.Status == AppStatus.Deleting ? [new AppDeleted()] : [] };

    /// <summary>Why nothing at all can be done to the app, or null.</summary>
    internal static Problem? Refusal(AppState state, AppRef app) =>
        !state.Exists ? AppProblems.NotFound(app.App)
        : state.Status == AppStatus.Deleting ? AppProblems.Deleting(app.App)
        : null;
}
