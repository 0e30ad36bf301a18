using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Build;

/// <summary>Paths below a folder, judged without following a link out of it.</summary>
internal static class SafeTree
{
    // What Linux allows in one resolution (path_resolution(7)).
    private const int MaxLinks = 40;

    /// <summary>
    /// The parts of an archive's or manifest's relative path, or the problem with it. An empty list is the folder
    /// itself.
    /// </summary>
    public static Result<IReadOnlyList<string>> Parts(string name, int maxBytes)
    {
        var shown = Shown(name);
        if (name.StartsWith('/'))
        {
            return new Invalid(
                "source.traversal",
                $"The path {shown} is absolute; paths must be relative to the source folder."
            );
        }

        if (
            name.Any(char.IsControl)
            || name.Contains('\\', StringComparison.Ordinal) && name.Contains("..", StringComparison.Ordinal)
        )
        {
            return new Invalid("source.path", $"The path {shown} has characters that are not allowed.");
        }

        var parts = name.Split('/').Where(p => p is not ("" or ".")).ToList();
        if (parts.Contains(".."))
        {
            return new Invalid("source.traversal", $"The path {shown} leaves the source folder.");
        }

        return Encoding.UTF8.GetByteCount(name) > maxBytes || parts.Any(p => Encoding.UTF8.GetByteCount(p) > 255)
            ? new Invalid("source.path_too_long", $"The path {shown} is too long.")
            : parts;
    }

    /// <summary>
    /// Whether following all links from this path below the root, as the kernel would, ever leaves the root. What does
    /// not exist is judged by its letters.
    /// </summary>
    public static bool StaysInside(string root, IEnumerable<string> parts)
    {
        var left = new LinkedList<string>(parts);
        var done = new List<string>();
        for (var links = 0; left.First is { } node; )
        {
            left.RemoveFirst();
            switch (node.Value)
            {
                case "" or ".":
                    continue;
                case ".." when done.Count == 0:
                    return false;
                case "..":
                    done.RemoveAt(done.Count - 1);
                    continue;
            }

            var target = new FileInfo(Path.Combine([root, .. done, node.Value])).LinkTarget;
            if (target is null)
            {
                done.Add(node.Value);
                continue;
            }

            if (++links > MaxLinks || target.StartsWith('/'))
            {
                return false;
            }

            foreach (var part in target.Split('/').Reverse())
            {
                left.AddFirst(part);
            }
        }

        return true;
    }

    /// <summary>
    /// A name as a message may show it: short, and without what a printf format or a terminal would take wrongly.
    /// </summary>
    public static string Shown(string name)
    {
        var clean = new string([.. name.Where(c => !char.IsControl(c)).Select(c => c == '%' ? '_' : c)]);
        return clean.Length > 120 ? clean[..120] + "…" : clean;
    }
}
