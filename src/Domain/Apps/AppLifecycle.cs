using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

using AppDecision = Decision<AppEvent, Done>;

/// <summary>Decisions about an app's existence, lock and parameters.</summary>
public static class AppLifecycle
{
    /// <summary>Bounds of <c>apps params</c>: unknown keys are kept as text.</summary>
    public const int MaxParameters = 100;

    /// <param name="apps">How many the organization has.</param>
    /// <param name="most">How many it may have (S08).</param>
    public static Result<AppDecision> Create(
        AppState state,
        AppRef app,
        string? generation,
        long apps,
        int most,
        DecideContext context
    )
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
            return new Invalid("app.generation_invalid", $"unknown generation {Printable.Of(generation)}")
            {
                Suggestion = "leave it out",
            };
        }

        if (apps >= most)
        {
            return new Exhausted("app.limit", $"the organization has {apps} apps, and may have {most}")
            {
                Suggestion = "delete some first: convox apps delete",
            };
        }

        // COMPAT: the client of generation 1 features checks for "2"; everything here is the newest generation.
        return new AppDecision(default) { Events = [new AppCreated(context.Ids.Hex(5), "3", context.Now)] };
    }

    public static Result<AppDecision> Update(
        AppState state,
        AppRef app,
        bool? locked,
        ImmutableSortedDictionary<string, string>? parameters
    )
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
            if (
                parameters.FirstOrDefault(p =>
                    p.Key.Length is 0 or > 100 || p.Value.Length > 1000 || !IsLine(p.Key) || !IsLine(p.Value)
                ) is
                { Key: not null } bad
            )
            {
                return new Invalid(
                    "app.parameter_invalid",
                    $"parameter {Printable.Of(bad.Key)} is too long, has no name, or is not one line of text"
                );
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

        return new AppDecision(default)
        {
            Events = state.Status == AppStatus.Deleting ? [] : [new AppDeletionStarted()],
        };
    }

    public static Result<AppDecision> Ready(AppState state) =>
        new AppDecision(default) { Events = state.Status == AppStatus.Creating ? [new AppReady()] : [] };

    public static Result<AppDecision> Deleted(AppState state) =>
        new AppDecision(default) { Events = state.Status == AppStatus.Deleting ? [new AppDeleted()] : [] };

    /// <summary>S16: who created it may no longer do so when the job starts; what there is of it goes.</summary>
    public static Result<AppDecision> CreationDenied(AppState state) =>
        new AppDecision(default) { Events = state.Status == AppStatus.Creating ? [new AppDeletionStarted()] : [] };

    /// <summary>S16: who asked for the deletion may no longer do so when the job starts; the app stays.</summary>
    public static Result<AppDecision> DeletionDenied(AppState state, string cause) =>
        new AppDecision(default) { Events = state.Status == AppStatus.Deleting ? [new AppDeletionDenied(cause)] : [] };

    private static bool IsLine(string text) => Printable.Line(text, text.Length) == text;

    /// <summary>Why nothing at all can be done to the app, or null.</summary>
    internal static Problem? Refusal(AppState state, AppRef app) =>
        !state.Exists ? AppProblems.NotFound(app.App)
        : state.Status == AppStatus.Deleting ? AppProblems.Deleting(app.App)
        : null;
}
