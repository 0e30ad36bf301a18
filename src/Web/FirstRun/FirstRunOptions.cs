using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Web.FirstRun;

/// <summary>
/// Whose the first sign-in is, where whoever installs this chooses that: then nothing is drawn, left in a file or kept
/// from being open to others (ADR 0026). Looked at by the first start of an installation only.
/// </summary>
public sealed record FirstRunOptions
{
    public const string SectionName = "FirstRun";

    /// <summary>Address of the first administrator.</summary>
    public string Email { get; init; } = "";

    /// <summary>
    /// A file of the first password, which must be changed at the first sign-in. SECURITY: a file, because who may list
    /// processes sees arguments, and environments go to children and into crash reports.
    /// </summary>
    public string PasswordFile { get; init; } = "";

    public bool IsChosen => Email.Length > 0 || PasswordFile.Length > 0;

    public static FirstRunOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.GetSection(SectionName).Get<FirstRunOptions>() ?? new();
    }

    /// <summary>The first line of the file.</summary>
    /// <exception cref="OptionsValidationException">It is no sign-in; says why, and not what it is.</exception>
    public Sensitive<string> ReadPassword()
    {
        if (Email.Length == 0 || PasswordFile.Length == 0)
        {
            throw Fault("FirstRun:Email and FirstRun:PasswordFile belong together: give both or none.");
        }

        if (!EmailAddress.TryParse(Email, out var address) || address.Value == FirstRunSetup.Email)
        {
            throw Fault("FirstRun:Email is to be the address of a person, such as ana@example.com.");
        }

        try
        {
            var password = new Sensitive<string>(File.ReadLines(PasswordFile).FirstOrDefault() ?? "");
            return UserDecisions.CheckRegistration(Email, FirstRunSetup.Name, password).Problem is { } problem
                ? throw Fault($"FirstRun:PasswordFile {PasswordFile} does not do: {problem.Text}.")
                : password;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault($"FirstRun:PasswordFile can't be read: {e.Message}");
        }
    }

    internal static OptionsValidationException Fault(string why) => new(SectionName, typeof(FirstRunOptions), [why]);
}
