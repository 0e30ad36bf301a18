using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs.Text;

namespace Palisade.Web.Components.Roles;

/// <summary>
/// A role as it is written, line by line or as one text: two forms of one model. Pure. Switching loses nothing: a text
/// that nobody touched becomes the lines that it came from, and lines that nobody touched the text, with its comments.
/// </summary>
public sealed record RoleDraft
{
    public static RoleDraft Empty { get; } = new() { Lines = [PolicyDraft.Empty] };

    public string Name { get; init; } = "";

    public ImmutableArray<PolicyDraft> Lines { get; init; } = [];

    /// <summary>Null: it is written line by line.</summary>
    public string? Text { get; private init; }

    /// <summary>A text, and the role that it says, or that it was written from.</summary>
    private (string Text, string Name, ImmutableArray<Policy> Policies)? Twin { get; init; }

    public ImmutableArray<Policy> Policies => [.. Lines.Select(line => line.ToPolicy())];

    public static RoleDraft Of(string name, ImmutableArray<Policy> policies) =>
        new() { Name = name, Lines = [.. policies.Select(PolicyDraft.Of)] };

    public RoleDraft Put(int index, PolicyDraft line) => this with { Lines = Lines.SetItem(index, line) };

    public RoleDraft Typing(string text) => Text is null ? this : this with { Text = text };

    public RoleDraft AsText()
    {
        if (Text is not null)
        {
            return this;
        }

        var policies = Policies;
        var text =
            Twin is { } twin && twin.Name == Name && twin.Policies.SequenceEqual(policies)
                ? twin.Text
                : AccessWriter.Write(
                    new Role
                    {
                        Id = "",
                        Name = Name,
                        Policies = policies,
                    }
                );
        return this with { Text = text, Twin = (text, Name, policies) };
    }

    /// <summary>Problem: <c>access.bad_document</c>; the text stays.</summary>
    public Result<RoleDraft> AsLines()
    {
        if (Text is not { } text || text == Twin?.Text)
        {
            return this with { Text = null };
        }

        return AccessReader
            .ReadRole(text)
            .Map(read => Of(read.Name, read.Policies) with { Twin = (text, read.Name, read.Policies) });
    }

    /// <summary>What it says, in the form that it is in. Problem of a text: <c>access.bad_document</c>.</summary>
    public Result<(string Name, ImmutableArray<Policy> Policies)> Read() =>
        Text is { } text
            ? AccessReader.ReadRole(text).Map(read => (read.Name, read.Policies))
            : (Name.Trim(), Policies);
}
