using System.Security.Cryptography;

namespace Palisade.Web.Hosting;

/// <summary>
/// The id of a request: 12 hex digits in the response header, the log, the caller and the journal. Never taken from the
/// client.
/// </summary>
public static class RequestId
{
    private static readonly object Key = new();

    public static string Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Items.TryGetValue(Key, out var known) && known is string id)
        {
            return id;
        }

        id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        context.Items[Key] = id;
        return id;
    }
}
