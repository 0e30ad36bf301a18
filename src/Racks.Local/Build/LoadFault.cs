using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Build;

/// <summary>Why the engine did not load an image: trying again is of no use where it is the image's fault.</summary>
internal static class LoadFault
{
    /// <summary>
    /// COMPAT: podman answers 500 about an image that is damaged, too, and says why it is none for each format that it
    /// knows. Ours is this one.
    /// </summary>
    private const string Format = "* oci-archive: ";

    /// <summary>Null when it is the engine's own trouble, which may pass.</summary>
    /// <param name="thrown">By the load.</param>
    /// <param name="service">Whose image it is.</param>
    /// <param name="diskFull">The problem of an image that there is no room for.</param>
    public static Problem? Of(Exception thrown, string service, Problem diskFull)
    {
        if (thrown is TimeoutException)
        {
            return new Exhausted("build.timeout", $"the engine did not load the image of {service} in time");
        }

        if (thrown is not EngineException refusal)
        {
            return null;
        }

        var why = refusal.Message.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith(Format));
        return why is not null && why.Contains("no space left on device", StringComparison.Ordinal) ? diskFull
            : why is not null || refusal.Status is >= 400 and < 500
                ? BuildArchive.Damaged(
                    $"the engine can't load the image of {service}: "
                        + Printable.Line(why?[Format.Length..] ?? refusal.Message, 300)
                )
            : null;
    }
}
