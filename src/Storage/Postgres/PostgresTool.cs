using System.ComponentModel;
using System.Diagnostics;
using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Runs <c>pg_dump</c> or <c>pg_restore</c> on the server that a connection is to. SECURITY: how to log in goes by the
/// environment, which only the same user and root can read, and never by the command line, which everybody can.
/// </summary>
internal static class PostgresTool
{
    private const int SaidAtMost = 500;

    /// <summary>Throws <see cref="IOException"/> with what the program said when it fails or is not there.</summary>
    public static async Task RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        PostgresStoreOptions options,
        NpgsqlConnection server,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(
            options.ProgramsDirectory is { } folder ? Path.Combine(folder, program) : program,
            [.. arguments, "--no-password"]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Login(start.Environment, new(options.OwnerConnectionString ?? options.ConnectionString), server);
        using var process = Start(start);
        process.StandardInput.Close();
        try
        {
            var said = await Task.WhenAll(
                process.StandardError.ReadToEndAsync(cancellationToken),
                process.StandardOutput.ReadToEndAsync(cancellationToken)
            );
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new IOException($"{program} ended with {process.ExitCode}: {Shortened(said[0].Trim())}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new IOException(
                $"{start.FileName} can't be run ({exception.Message}). Install PostgreSQL's client programs (on Debian: postgresql-client), or "
                    + "name their folder with Postgres__ProgramsDirectory.",
                exception
            );
        }
    }

    // The variables of libpq.
    private static void Login(
        IDictionary<string, string?> environment,
        NpgsqlConnectionStringBuilder login,
        NpgsqlConnection server
    )
    {
        // They would go before the others, and lead to another server.
        environment.Remove("PGSERVICE");
        environment.Remove("PGHOSTADDR");
        environment["PGHOST"] = server.Host;
        environment["PGPORT"] = server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        environment["PGDATABASE"] = server.Database;
        Set("PGUSER", login.Username);
        Set("PGPASSWORD", login.Password);
        Set("PGPASSFILE", login.Passfile);
        Set("PGSSLROOTCERT", login.RootCertificate);
        Set("PGSSLCERT", login.SslCertificate);
        Set("PGSSLKEY", login.SslKey);
        environment["PGSSLMODE"] = login.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var mode => mode.ToString().ToLowerInvariant(),
        };

        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                environment[name] = value;
            }
        }
    }

    private static string Shortened(string said) => said.Length <= SaidAtMost ? said : said[..SaidAtMost] + "…";
}
