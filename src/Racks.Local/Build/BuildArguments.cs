using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// Chooses what a build is told (S22): the manifest's arguments, and env values whose name an ARG declares. Values go
/// through the builder's own environment and never through the process list, so names that would steer the builder
/// itself are refused.
/// </summary>
internal sealed partial record BuildArguments(
    ImmutableSortedDictionary<string, string> Values,
    ImmutableSortedSet<string> FromEnvironment
)
{
    private static readonly string[] Reserved =
    [
        "PATH",
        "HOME",
        "TMPDIR",
        "ENV",
        "IFS",
        "SHELL",
        "SHELLOPTS",
        "USER",
        "LOGNAME",
        "PWD",
        "NOTIFY_SOCKET",
        "INVOCATION_ID",
    ];

    public static Result<BuildArguments> Choose(BuildRequest request, GuardedDockerfile dockerfile)
    {
        var values = request.Arguments;
        var fromEnvironment = request
            .Environment.Keys.Where(k => dockerfile.Arguments.Contains(k) && !values.ContainsKey(k))
            .ToImmutableSortedSet();
        foreach (var name in fromEnvironment)
        {
            values = values.SetItem(name, request.Environment[name].Reveal());
        }

        foreach (var (name, value) in values)
        {
            if (!Name().IsMatch(name) || Reserved.Contains(name.ToUpperInvariant()) || Steering().IsMatch(name))
            {
                return new Invalid(
                    "build.argument",
                    $"The build argument {SafeTree.Shown(name)} has a name that the builder keeps for itself."
                )
                {
                    Suggestion = "rename the ARG in the Dockerfile",
                };
            }

            if (value.Contains('\0', StringComparison.Ordinal) || value.Length > 64 * 1024)
            {
                return new Invalid(
                    "build.argument",
                    $"The value of the build argument {name} is too long or has a zero byte."
                );
            }
        }

        return new BuildArguments(values, fromEnvironment);
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(
        @"\A(?:LD_|GO|CONTAINERS?_|_CONTAINERS|BUILDAH|STORAGE|REGISTR|DOCKER_|PODMAN|"
            + @"XDG_|SSL_|DBUS_|LISTEN_|BASH|LC_|PS[1-4]\z|(?:HTTPS?|ALL|NO|FTP)_PROXY\z)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Steering();
}
