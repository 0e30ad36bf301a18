using System.Collections.Immutable;
using System.Text.Json;

namespace Palisade.Bench.Authz;

/// <summary>The data of README.md, as it is written.</summary>
internal sealed record Workload(
    string Schema,
    string Org,
    ImmutableArray<string> Racks,
    ImmutableArray<string> Apps,
    ImmutableArray<string> Types,
    ImmutableArray<WorkloadRole> Roles,
    ImmutableArray<Binding> Bindings,
    ImmutableArray<WorkloadRequest> Requests
)
{
    public static string File => Path.Combine(AppContext.BaseDirectory, "Authz", "workload.json");

    /// <summary>
    /// Equal names of users and racks are one string, as in the reference: node's JSON parser makes equal short strings
    /// one.
    /// </summary>
    public static Workload Read()
    {
        var read =
            JsonSerializer.Deserialize<Workload>(System.IO.File.ReadAllText(File), JsonSerializerOptions.Web)
            ?? throw new JsonException(File);
        return read with
        {
            Bindings = [.. read.Bindings.Select(binding => binding with { User = string.Intern(binding.User) })],
            Requests = [.. read.Requests.Select(OfOneString)],
        };
    }

    /// <summary>Types whose things belong to the organization and have neither rack nor app.</summary>
    public static bool IsOfOrg(string type) =>
        type is "Billing" or "Integration" or "AuditLog" or "User" or "DeployKey";

    private static WorkloadRequest OfOneString(WorkloadRequest request) =>
        request with
        {
            User = string.Intern(request.User),
            Resource = request.Resource with { Rack = request.Resource.Rack is { } rack ? string.Intern(rack) : null },
        };
}

internal sealed record WorkloadRole(string Id, ImmutableArray<Permission> Permissions);

internal sealed record Permission(string Type, ImmutableArray<string> Actions, NameSelector Rack, NameSelector App);

internal sealed record NameSelector(string Kind, string? Value, ImmutableArray<string> Values);

internal sealed record Binding(string User, ImmutableArray<string> Roles);

internal sealed record WorkloadRequest(string User, string Action, WorkloadResource Resource, string Expect);

internal sealed record WorkloadResource(string Type, string? Rack, string? App);
