using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>What is about to be done to processes of an app, before it is done (console.md 4).</summary>
/// <param name="App">Of which app.</param>
/// <param name="From">What ran when it was planned.</param>
/// <param name="Missing">What the reader lacks for it; null: nothing.</param>
public abstract record ProcessPlan(AppRef App, Deployment From, MissingRight? Missing)
{
    /// <summary>The button says what it does to what (console.md 19).</summary>
    public abstract string Deed { get; }

    /// <summary>Each process of the services is replaced by another of the same release.</summary>
    /// <param name="All">All services of the app, and not one that was named.</param>
    public sealed record Restart(
        AppRef App,
        Deployment From,
        MissingRight? Missing,
        ImmutableArray<ServiceRow> Services,
        bool All
    ) : ProcessPlan(App, From, Missing)
    {
        /// <summary>Null: all.</summary>
        public string? Service => All ? null : Services[0].Name;

        public override string Deed => All ? $"Restart all of {App}" : $"Restart {Services[0].Name} of {App}";
    }

    /// <summary>One process goes; one that a service wants is replaced.</summary>
    public sealed record Stop(AppRef App, Deployment From, MissingRight? Missing, ObservedProcess Process, int Wanted)
        : ProcessPlan(App, From, Missing)
    {
        public override string Deed => $"Stop {Process.Id} of {App}";
    }

    public sealed record Scale(AppRef App, Deployment From, MissingRight? Missing) : ProcessPlan(App, From, Missing)
    {
        public required string Service { get; init; }

        public required ServiceSize Now { get; init; }

        public required ServiceSize To { get; init; }

        /// <summary>Why it would be refused as things are; null: nothing speaks against it.</summary>
        public Problem? Refusal { get; init; }

        public bool IsNothing => Now == To;

        /// <summary>Processes of another size are other processes; another count alone replaces none.</summary>
        public bool Replaces => (Now.Cpu, Now.Memory) != (To.Cpu, To.Memory);

        public int Starts => Replaces ? To.Count : Math.Max(0, To.Count - Now.Count);

        public int Stops => Replaces ? Now.Count : Math.Max(0, Now.Count - To.Count);

        /// <summary>What is set; the rest stays with the manifest.</summary>
        public ScaleOverride Change =>
            new(
                To.Count != Now.Count ? To.Count : null,
                To.Cpu != Now.Cpu ? To.Cpu : null,
                To.Memory != Now.Memory ? To.Memory : null
            );

        public override string Deed => $"Scale {Service} of {App} to {To.Count}";
    }
}
