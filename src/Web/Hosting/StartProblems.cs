using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using Palisade.Storage;

namespace Palisade.Web.Hosting;

/// <summary>What keeps a server from starting and is not its own fault, for the person who typed the command.</summary>
internal static class StartProblems
{
    /// <summary>Null for what is a bug, and should show as one.</summary>
    public static string? Of(Exception exception, ServerOptions options) =>
        exception switch
        {
            StoreUnusableException or OptionsValidationException => exception.Message,
            IOException { InnerException: AddressInUseException } => string.Create(
                CultureInfo.InvariantCulture,
                $"port {options.HttpsPort} is in use by another process; stop it, or choose another with --https-port"
            ),
            CryptographicException { InnerException: null } => exception.Message,
            NpgsqlException => $"PostgreSQL can't be used: {exception.Message}",
            UnauthorizedAccessException =>
                $"{exception.Message} Run as the owner of the data folder, or name one of your own with --data",
            IOException when File.Exists(options.DataDirectory) =>
                $"{options.DataDirectory} is a file; name a folder with --data",
            IOException => exception.Message,
            _ => null,
        };
}
