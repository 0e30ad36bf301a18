using System.Text.RegularExpressions;

namespace Palisade.Bench.Authz;

/// <summary>
/// The decision as README.md words it, and as gen.mjs's <c>decide</c> makes it: deny by default; allow if and only if
/// one permission of one bound role has the type, the action, and both selectors match; a selector other than
/// <c>any</c> never matches a missing name.
/// </summary>
internal sealed class WorkloadReference(Workload workload)
{
    private readonly Dictionary<string, WorkloadRole> _roles = workload.Roles.ToDictionary(role => role.Id);
    private readonly Dictionary<string, Binding> _bindings = workload.Bindings.ToDictionary(binding => binding.User);
    private readonly Dictionary<(NameSelector Selector, string Name), bool> _matches = [];

    public bool Decide(string user, string action, WorkloadResource resource) =>
        _bindings.TryGetValue(user, out var binding)
        && binding.Roles.Any(role =>
            _roles[role]
                .Permissions.Any(permission =>
                    permission.Type == resource.Type
                    && permission.Actions.Contains(action)
                    && Matches(permission.Rack, resource.Rack)
                    && Matches(permission.App, resource.App)
                )
        );

    private bool Matches(NameSelector selector, string? name)
    {
        if (selector.Kind == "any" || name is null)
        {
            return selector.Kind == "any";
        }

        return _matches.TryGetValue((selector, name), out var known)
            ? known
            : _matches[(selector, name)] = selector.Kind switch
            {
                "exact" => selector.Value == name,
                "list" => selector.Values.Contains(name),
                "regex" => Regex.IsMatch(name, selector.Value!, RegexOptions.CultureInvariant),
                _ => throw new InvalidOperationException($"a selector of kind {selector.Kind}"),
            };
    }
}
