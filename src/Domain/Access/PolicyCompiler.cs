using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Palisade.Domain.Access;

/// <summary>
/// Compiles what members hold. What the previous version had is taken over, so that a change costs what it touches;
/// what nobody holds any more stays behind with that version.
/// </summary>
internal sealed class PolicyCompiler
{
    private readonly PolicyParts? _previous;
    private readonly Dictionary<HeldRole, CompiledRole> _roles = [];
    private readonly Dictionary<UserRoles, UserAccess> _users = [];

    // Thousands of members are given the same few objects: comparing these by what they say is most of the work.
    private readonly Dictionary<HeldRole, (CompiledRole Role, string? Group)> _seen = new(
        ReferenceEqualityComparer.Instance
    );

    public PolicyCompiler(PolicyParts? previous)
    {
        _previous = previous is { IsMostlyUnused: true } ? null : previous;

        // A copy: two policies that follow on the same one number their own tests.
        Tests = _previous is null ? new NameTests() : new NameTests(_previous.Tests);
    }

    /// <summary>Of all that was compiled until now.</summary>
    public NameTests Tests { get; }

    /// <summary>How many roles had to be compiled until now.</summary>
    public int Compiled { get; private set; }

    public UserAccess Compile(ImmutableArray<HeldRole> held)
    {
        var roles = new (CompiledRole Role, string? Group)[held.Length];
        for (var i = 0; i < roles.Length; i++)
        {
            if (!_seen.TryGetValue(held[i], out roles[i]))
            {
                _seen[held[i]] = roles[i] = (Compile(held[i] with { Group = null }), held[i].Group);
            }
        }

        var key = new UserRoles(ImmutableCollectionsMarshal.AsImmutableArray(roles));
        if (!_users.TryGetValue(key, out var user))
        {
            _users[key] = user = _previous?.Users.GetValueOrDefault(key) ?? new UserAccess(key.Roles);
        }

        return user;
    }

    public PolicyParts Finish() =>
        new()
        {
            Tests = Tests,
            Roles = _roles,
            Users = _users,
            Compiled = Compiled,
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
                compiled = new CompiledRole(held, Tests);
                Compiled++;
            }

            _roles[held] = compiled;
        }

        return compiled;
    }
}
