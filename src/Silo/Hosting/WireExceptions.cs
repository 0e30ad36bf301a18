using Orleans.Serialization;

namespace Palisade.Silo.Hosting;

/// <summary>
/// What a grain throws says the same at its caller, wherever that is: Orleans carries only exceptions that it is told
/// of.
/// </summary>
public static class WireExceptions
{
    private const string Ours = "Palisade";

    public static void Allow(ExceptionSerializationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.SupportedNamespacePrefixes.Add(Ours);
    }
}
