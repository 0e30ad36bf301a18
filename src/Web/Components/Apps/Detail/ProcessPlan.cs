using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>What is about to be done to processes of an app, before it is done (console.md 4).</summary>
/// <param name="App">Of which app.</param>
/// <param name="Missing">What the reader lacks for it, as a sentence; null: nothing.</param>
public abstract record ProcessPlan(AppRef App, string? Missing)
{
    /// <summary>The button says what it does to what (console.md 19).</summary>
    public abstract string Deed { get; }

    /// <summary>Each process of the services is replaced by another of the same release.</summary>
    /// <param name="All">All services of the app, and not one that was named.</param>
    public sealed record Restart(AppRef App, string? Missing, ImmutableArray<ServiceRow> Services, bool All)
        : ProcessPlan(App, Missing)
    {
        public override string Deed => All ? $"Restart all of {App}" : $"Restart {Services[0].Name} of {App}";
    }

    /// <summary>One process goes; one that a service wants is replaced.</summary>
    public sealed record Stop(AppRef App, string? Missing, ObservedProcess Process, int Wanted)
        : ProcessPlan(App, Missing)
    {
        public override string Deed => $"Stop {Process.Id} of {App}";
    }

    public sealed record Scale(AppRef App, string? Missing) : ProcessPlan(App, Missing)
    {
        public required string Service { get; init; }

        /// <summary>What it begins from: refused when that is no longer so.</summary>
        public required ScaleBasis Basis { get; init; }

        public required ServiceSize From { get; init; }

        public required ServiceSize To { get; init; }

        /// <summary>Why it would be refused as things are; null: nothing speaks against it.</summary>
        public Problem? Refusal { get; init; }

        public bool IsNothing => From == To;

        /// <summary>Processes of another size are other processes; another count alone replaces none.</summary>
        public bool Replaces => (From.Cpu, From.Memory) != (To.Cpu, To.Memory);

        public int Starts => Replaces ? To.Count : Math.Max(0, To.Count - From.Count);

        public int Stops => Replaces ? From.Count : Math.Max(0, From.Count - To.Count);

        /// <summary>What is set; the rest stays with the manifest.</summary>
        public ScaleOverride Change =>
            new(
                To.Count != From.Count ? To.Count : null,
                To.Cpu != From.Cpu ? To.Cpu : null,
                To.Memory != From.Memory ? To.Memory : null
            );

        public override string Deed => $"Scale {Service} of {App} to {To.Count}";
    }
}
