using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Palisade.Domain.Access;

namespace Palisade.Domain.Orgs.Text;

/// <summary>
/// Writes roles and access documents as text that <see cref="AccessReader"/> reads back to the same
/// (docs/guides/access.md has the grammar).
/// </summary>
public static partial class AccessWriter
{
    public static string Write(Role role)
    {
        ArgumentNullException.ThrowIfNull(role);
        var text = new StringBuilder();
        WriteRole(text, "", new RoleEntry(role.Name, null, role.Policies));
        return text.ToString();
    }

    public static string Write(AccessDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var text = new StringBuilder();
        Section(text, "roles", document.Roles, WriteRole);
        Section(text, "groups", document.Groups, WriteGroup);
        Section(text, "members", document.Members, WriteMember);
        return text.Length == 0 ? "{}\n" : text.ToString();
    }

    /// <summary>One policy as a flow map, for the lines of a plan.</summary>
    internal static string Line(Policy policy) =>
        $"{{{string.Join(", ", Fields(policy).Select(field => $"{field.Key}: {field.Value}"))}}}";

    internal static string Line(GrantEntry grant) => $"{{role: {Quoted(grant.Role)}, racks: {Names(grant.Racks)}}}";

    private static void Section<T>(
        StringBuilder text,
        string name,
        ImmutableArray<T>? entries,
        Action<StringBuilder, string, T> write
    )
    {
        if (entries is not { } given)
        {
            return;
        }

        text.Append(name).Append(given.IsEmpty ? ": []\n" : ":\n");
        foreach (var entry in given)
        {
            var lines = new StringBuilder();
            write(lines, "    ", entry);
            text.Append("  - ").Append(lines.ToString().AsSpan(4));
        }
    }

    private static void WriteRole(StringBuilder text, string indent, RoleEntry role)
    {
        text.Append(indent).Append("name: ").Append(Quoted(role.Name)).Append('\n');
        WriteId(text, indent, role.Id);
        text.Append(indent).Append("policies:\n");
        foreach (var policy in role.Policies)
        {
            var lead = $"{indent}  - ";
            foreach (var (key, value) in Fields(policy))
            {
                text.Append(lead).Append(key).Append(": ").Append(value).Append('\n');
                lead = $"{indent}    ";
            }
        }
    }

    private static void WriteGroup(StringBuilder text, string indent, GroupEntry group)
    {
        text.Append(indent).Append("name: ").Append(Quoted(group.Name)).Append('\n');
        WriteId(text, indent, group.Id);
        WriteGrants(text, indent, group.Roles);
    }

    private static void WriteMember(StringBuilder text, string indent, MemberEntry member)
    {
        text.Append(indent).Append("user: ").Append(Quoted(member.User)).Append('\n');
        WriteGrants(text, indent, member.Roles);
        if (member.Groups is { } groups)
        {
            text.Append(indent).Append("groups: [").AppendJoin(", ", groups.Select(Quoted)).Append("]\n");
        }
    }

    private static void WriteGrants(StringBuilder text, string indent, ImmutableArray<GrantEntry> grants)
    {
        text.Append(indent).Append(grants.IsEmpty ? "roles: []\n" : "roles:\n");
        foreach (var grant in grants)
        {
            text.Append(indent).Append("  - ").Append(Line(grant)).Append('\n');
        }
    }

    private static void WriteId(StringBuilder text, string indent, string? id)
    {
        if (id is not null)
        {
            text.Append(indent).Append("id: ").Append(Quoted(id)).Append('\n');
        }
    }

    private static IEnumerable<(string Key, string Value)> Fields(Policy policy)
    {
        yield return policy.IsDeny
            ? ("deny", policy.Action == Policy.Write ? $"{policy.Type}" : $"{policy.Type}:{policy.Action}")
            : ("allow", $"{policy.Type}:{policy.Action}");
        if (policy.Selector.Kind is not (SelectorKind.AllowAll or SelectorKind.DenyAll))
        {
            yield return ("on", Names(policy.Selector));
        }

        if (policy.Racks is { } racks)
        {
            yield return ("racks", Names(racks));
        }

        if (!policy.LeftOut.IsEmpty)
        {
            yield return ("without", $"[{string.Join(", ", policy.LeftOut)}]");
        }
    }

    private static string Names(Selector selector) =>
        selector.Kind switch
        {
            SelectorKind.Name => Quoted(selector.Listed[0]),
            SelectorKind.List => $"[{string.Join(", ", selector.Listed.Select(Quoted))}]",
            SelectorKind.Regex => Quoted($"/{selector.Pattern}/"),
            _ => "\"*\"",
        };

    // JSON's strings are YAML's double-quoted ones; only what no reader takes for something else goes without quotes.
    private static string Quoted(string text) =>
        Plain().IsMatch(text) && !string.Equals(text, "null", StringComparison.OrdinalIgnoreCase)
            ? text
            : JsonSerializer.Serialize(text);

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9-]*(?:/[a-z][a-z0-9-]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
