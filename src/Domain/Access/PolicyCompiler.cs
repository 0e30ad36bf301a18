using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// Compiles what members hold. What the previous version had is taken over, so that a change costs what it touches;
/// what nobody holds any more stays behind with that version.
/// </summary>
internal sealed class PolicyCompiler
{
    private readonly PolicyParts? _previous;
    private readonly NameTests _tests;
    private readonly Dictionary<HeldRole, CompiledRole> _roles = [];
    private readonly Dictionary<HeldRoles, UserAccess> _users = [];
    private int _compiled;

    public PolicyCompiler(PolicyParts? previous)
    {
        _previous = previous is { IsMostlyUnused: true } ? null : previous;

        // A copy: two policies that follow on the same one number their own tests.
        _tests = _previous is null ? new NameTests() : new NameTests(_previous.Tests);
    }

    public UserAccess Compile(ImmutableArray<HeldRole> held)
    {
        var key = new HeldRoles(held);
        if (_users.TryGetValue(key, out var user))
        {
            return user;
        }

        ImmutableArray<(CompiledRole Role, string? Group)> roles =
        [
            .. held.Select(h => (Compile(h with { Group = null }), h.Group)),
        ];
        return _users[key] = _previous?.Users.GetValueOrDefault(key) ?? new UserAccess(roles);
    }

    public PolicyParts Finish() =>
        new()
        {
            Tests = _tests,
            Roles = _roles,
            Users = _users,
            Compiled = _compiled,
        };

    private CompiledRole Compile(HeldRole held)
    {
        if (!_roles.TryGetValue(held, out var compiled))
        {
            if (_previous?.Roles.GetValueOrDefault(held) is { } kept)
            {
                compiled = kept;
            }
            else
            {
                compiled = new CompiledRole(held, _tests);
                _compiled++;
            }

            _roles[held] = compiled;
        }

        return compiled;
    }
}
