using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Access;
using Palisade.Grains.Users;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>
/// Reads who can do something. Of thousands it reads the accounts of those alone that it shows, unless a part of a name
/// is looked for.
/// </summary>
internal sealed class WhoCanReader(AccessQueries queries, Policies policies, People people)
{
    /// <summary>Problems: those of <see cref="AccessQueries.WhoCanByKindAsync"/>.</summary>
    public async Task<Result<WhoCanFound>> FindAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        WhoCanLook look,
        CancellationToken cancellationToken
    )
    {
        var read = await queries.WhoCanByKindAsync(caller, operation, resource, cancellationToken);
        if (!read.TryGet(out var answer, out var problem))
        {
            return Result.Fail<WhoCanFound>(problem);
        }

        var policy = await policies.OfAsync(caller.Org!, cancellationToken);
        var namesHidden = !policy.Decide(caller, Operations.MemberList, Resource.Org).Allowed;
        var all = Rows(caller, policy, operation, answer);
        var looked = all.Where(row =>
                (look.Kind is null || row.Kind == look.Kind) && (look.Way.Length == 0 || row.Way == look.Way)
            )
            .ToList();
        if (look.Text.Length > 0)
        {
            looked = [.. (await NamedAsync(looked)).Where(row => row.IsLike(look.Text))];
        }

        var skipped = Math.Min((look.Page - 1L) * WhoCanLook.PageSize, looked.Count);
        var rows = await NamedAsync(looked.Skip((int)skipped).Take(WhoCanLook.PageSize));
        return new WhoCanFound
        {
            Rows = [.. rows.OrderBy(row => row.Kind).ThenBy(row => row.Name, StringComparer.OrdinalIgnoreCase)],
            Kinds = [.. all.CountBy(row => row.Kind).Select(kind => (kind.Key, kind.Value))],
            Ways =
            [
                .. all.GroupBy(row => row.Way)
                    .Select(way => new AbleWay(way.Key, way.First().Path, way.Count()))
                    .OrderBy(way => way.Count)
                    .ThenBy(way => way.Path[0], StringComparer.Ordinal),
            ],
            Count = looked.Count,
            More = looked.Count - (int)skipped - rows.Length,
            Outright = answer.Unanswerable is { } why ? Sentence.Of(why) : null,
            NamesHidden = namesHidden,
        };

        async Task<ImmutableArray<AbleRow>> NamedAsync(IEnumerable<AbleRow> rows) =>
            await WithPeopleAsync(
                caller.Org!,
                [.. rows],
                namesHidden,
                (has) => AccessConditions.OfPerson(operation, answer.RequiresSecondFactor, has),
                cancellationToken
            );
    }

    private static List<AbleRow> Rows(Caller caller, CompiledPolicy policy, Operation operation, WhoCanAnswer answer)
    {
        var groupsHidden = !policy.Decide(caller, Operations.GroupList, Resource.Org).Allowed;

        // Who holds the same shares one path, of which one key is made.
        var ways = new Dictionary<ImmutableArray<string>, string>();
        return
        [
            .. answer.Members.Select(member => Row(AbleKind.Person, member.Id, member.Path)),
            .. answer.Groups.Select(group => OfGroup(group, Row(AbleKind.Group, group.Id, group.Path))),
            .. answer.Keys.Select(able => OfKey(able, Row(AbleKind.Key, able.Key.Id, able.Path))),
        ];

        AbleRow Row(AbleKind kind, string id, ImmutableArray<string> path)
        {
            if (!ways.TryGetValue(path, out var way))
            {
                ways[path] = way = WhoCanLook.KeyOf(path);
            }

            return new(kind, id, way, path);
        }

        AbleRow OfGroup(AbleGroup group, AbleRow row) =>
            groupsHidden
                ? row with
                {
                    Detail = "group, by its roles alone",
                }
                : row with
                {
                    Name = group.Name,
                    Detail = $"group of {Sentence.Counted(group.Members, "member")}, by its roles alone",
                };

        AbleRow OfKey(AbleKey able, AbleRow row) =>
            policy.Decide(caller, Operations.KeyGet, Resource.Item(able.Key.Spec.Name)).Allowed
                ? row with
                {
                    Name = able.Key.Spec.Name,
                    Detail = "deploy key",
                    Link = $"/o/{caller.Org}/keys/{able.Key.Id}",
                    Conditions = AccessConditions.OfKey(operation, able.Key),
                }
                : row with
                {
                    Detail = "deploy key",
                    Conditions = AccessConditions.Untold,
                };
    }

    private async Task<ImmutableArray<AbleRow>> WithPeopleAsync(
        string org,
        ImmutableArray<AbleRow> rows,
        bool namesHidden,
        Func<bool?, ImmutableArray<AccessCondition>> conditions,
        CancellationToken cancellationToken
    )
    {
        if (namesHidden)
        {
            var untold = conditions(null);
            return [.. rows.Select(row => row.Kind == AbleKind.Person ? row with { Conditions = untold } : row)];
        }

        var named = new Dictionary<string, AbleRow>(StringComparer.Ordinal);
        var persons = rows.Where(row => row.Kind == AbleKind.Person).ToList();
        await foreach (var person in people.FindAllAsync(persons.Select(row => row.Id), cancellationToken))
        {
            var row = persons[named.Count];
            named[row.Id] = row with
            {
                Name = person is { Name.Length: > 0 } ? person.Name : row.Id,
                Detail = person?.Email ?? "",
                Link = $"/o/{org}/users/{row.Id}",
                Conditions = conditions(person?.State.SecondFactor is not null),
            };
        }

        return [.. rows.Select(row => row.Kind == AbleKind.Person ? named[row.Id] : row)];
    }
}
