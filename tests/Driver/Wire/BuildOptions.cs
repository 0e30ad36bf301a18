namespace Palisade.Driver.Wire;

/// <summary>Flags of <c>build</c> and <c>deploy</c>.</summary>
public sealed record BuildOptions
{
    public string Description { get; init; } = "";

    /// <summary>The manifest's file name, when it is not convox.yml.</summary>
    public string? Manifest { get; init; }

    public bool NoCache { get; init; }

    public bool Development { get; init; }

    public string? GitSha { get; init; }

    /// <summary><c>NAME=value</c> each; joined with commas on the wire.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    internal Dictionary<string, string> ToForm(string url)
    {
        var form = new Dictionary<string, string> { ["url"] = url };
        Add("description", Description);
        Add("manifest", Manifest);
        Add("git-sha", GitSha);
        Add("build-args", string.Join(',', Args));
        Add("no-cache", NoCache ? "true" : null);
        Add("development", Development ? "true" : null);
        return form;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                form[name] = value;
            }
        }
    }
}
