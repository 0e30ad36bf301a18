using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Grains.Users;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;
using Palisade.Web.Api;
using Palisade.Web.Console;
using Palisade.Web.Console.Keys;
using Palisade.Web.Streams;
using Palisade.Web.Tests.Keys;

namespace Palisade.Web.Tests.Console;

/// <summary>
/// Every route of the table of endpoints, wire API and console API, with everybody who has no business there. A new
/// route is swept by itself, and so is a new websocket.
/// </summary>
public sealed class RouteSweepTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private const string Secret = "acme";

    private sealed record Route(string Method, string Pattern, OperationMetadata Access)
    {
        public bool IsConsole => ConsoleApi.Serves(Pattern);

        public OperationScope Scope => Access.Operations[0].Scope;

        /// <summary>About an organization that the request names, in its path or by its rack.</summary>
        public bool IsOfOrg =>
            Pattern.Contains("{org}", StringComparison.Ordinal)
            || (!IsConsole && Scope is OperationScope.Rack or OperationScope.App);

        public string Path(string org) =>
            Regex.Replace(
                Pattern,
                @"\{\*{0,2}(\w+)\}",
                m =>
                    m.Groups[1].Value switch
                    {
                        "org" => org,
                        "rack" => "staging",
                        "app" => "web",
                        _ => "x1",
                    }
            );

        public override string ToString() => $"{Method} {Pattern}";
    }

    private IEnumerable<Route> Routes => All(sockets: false);

    private IEnumerable<Route> All(bool sockets) =>
        from endpoint in world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let access = endpoint.Metadata.GetMetadata<OperationMetadata>()
        where access is { Anonymous: false } && (endpoint.Metadata.GetMetadata<StreamRoute>() is not null) == sockets
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        // Last: such a route may end the credential that it is asked with.
        orderby access.Operations[0].Scope == OperationScope.Account
        select new Route(method, endpoint.RoutePattern.RawText!, access);

    [Fact]
    public async Task Nobody_and_who_was_somebody_get_401_everywhere()
    {
        await MakeVoidTokensAsync();
        foreach (var who in (string?[])[null, "expired", "revoked", "disabled", "expired-key", "deleted-key"])
        {
            await SweepAsync(
                who,
                route =>
                    async answer =>
                    {
                        await Task.CompletedTask;
                        return answer.Status == 401 ? null : "not 401";
                    }
            );
        }
    }

    [Fact]
    public async Task To_a_member_of_another_organization_everything_of_ours_looks_as_if_it_did_not_exist() =>
        await SweepAsync(
            "eve",
            route =>
                async answer =>
                {
                    if (!route.IsOfOrg)
                    {
                        return route.Scope == OperationScope.Installation ? (answer.Status == 403 ? null : "not 403")
                            : answer.Body.Contains(Secret, StringComparison.Ordinal) ? "tells of acme"
                            : null;
                    }

                    var absent = await SendAsync(route, "eve", "nowhere");
                    return answer.Status != 404 ? "not 404"
                        : Masked(answer.Body)
                        != Masked(absent.Body).Replace("nowhere", Secret, StringComparison.Ordinal)
                            ? $"differs from absent: {absent.Body}"
                        : null;
                }
        );

    [Fact]
    public async Task Who_only_reads_gets_403_where_the_operation_is_not_theirs()
    {
        var policy = await world.Services.GetRequiredService<Policies>().OfAsync(ConsoleWorld.Org);
        await SweepAsync(
            "audi",
            route =>
                async answer =>
                {
                    await Task.CompletedTask;
                    var mayDo = route.Access.Operations.Any(o =>
                        o.Scope == OperationScope.Account || policy.Decide("audi", o, ResourceOf(o)).Allowed
                    );
                    return mayDo
                            ? (
                                (answer.Status == 401 && route.Scope != OperationScope.Account) || answer.Status is 500
                                    ? "refused"
                                    : null
                            )
                        : answer.Status == 403 || (route.Access.Deferred && answer.Status is 400 or 404) ? null
                        : "let through";
                }
        );
    }

    [Fact]
    public async Task S04_the_operator_is_in_no_organization_and_nobody_on_the_wire_API() =>
        await SweepAsync(
            ConsoleWorld.OperatorName,
            route =>
                async answer =>
                {
                    await Task.CompletedTask;
                    return !route.IsConsole ? (answer.Status == 401 ? null : "not 401")
                        : route.IsOfOrg ? (answer.Status == 404 ? null : "not 404")
                        : route.Scope == OperationScope.Installation
                            ? (answer.Status is 401 or 403 or >= 500 ? "refused" : null)
                        : answer.Body.Contains(Secret, StringComparison.Ordinal) ? "tells of acme"
                        : null;
                }
        );

    /// <summary>As <see cref="Who_only_reads_gets_403_where_the_operation_is_not_theirs"/>, for keys.</summary>
    [Theory]
    [InlineData("key", false)]
    [InlineData("narrow", true)]
    public async Task A_deploy_key_gets_403_where_the_operation_is_not_its_own(string name, bool narrow)
    {
        var body = new KeyBody
        {
            Name = $"sweep-{name}",
            Racks = Selector.Name("staging"),
            Roles = narrow ? [BuiltInRoles.Deployer.Id] : [],
            Narrow = narrow,
        };
        var issued = await world.SendAsync<IssuedKeyJson>("ada", "POST", "/orgs/acme/keys", body);
        world.UseToken(name, issued.Value!.Secret);
        var key = issued.Value.Key.Id;
        var policy = await world.Services.GetRequiredService<DeployKeys>().PolicyAsync(ConsoleWorld.Org, key, null);
        await SweepAsync(
            name,
            route =>
                async answer =>
                {
                    await Task.CompletedTask;
                    var mayDo = route.Access.Operations.Any(o => policy.Decide(key, o, ResourceOf(o)).Allowed);
                    return mayDo ? (answer.Status is 401 or 500 ? "refused" : null)
                        // The table of operations is the same for everybody.
                        : route.Pattern == "/api/v1/operations" ? null
                        : route.Pattern == "/auth" ? (answer.Status == 401 ? null : "logged in")
                        : answer.Status == 403 || (route.Access.Deferred && answer.Status is 400 or 404) ? null
                        : "let through";
                }
        );
    }

    [Fact]
    public async Task Websockets_tell_nobody_and_who_was_somebody_that_they_are_not_signed_in()
    {
        await MakeVoidTokensAsync();
        foreach (var who in (string?[])[null, "expired", "revoked", "disabled", "expired-key", "deleted-key"])
        {
            await SweepSocketsAsync(
                who,
                Secret,
                text => text.Contains("cli token is expired", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task Websockets_of_another_organization_look_as_if_they_did_not_exist() =>
        await SweepSocketsAsync("eve", Secret, text => text.Contains("no such rack", StringComparison.Ordinal));

    [Fact]
    public async Task Websockets_refuse_the_operator_and_who_may_not()
    {
        await SweepSocketsAsync(
            ConsoleWorld.OperatorName,
            Secret,
            text => text.Contains("operator token", StringComparison.Ordinal)
        );
        await SweepSocketsAsync(
            "audi",
            Secret,
            text => text.Contains("you need ", StringComparison.Ordinal),
            route => route.Access.Operations.All(o => o.Level == AccessLevel.Write)
        );
    }

    [Fact]
    public void The_table_of_routes_is_swept()
    {
        Assert.True(Routes.Count() > 100, $"{Routes.Count()} routes");
        Assert.Contains(Routes, r => r is { IsConsole: true, Scope: OperationScope.Installation });
        Assert.Contains(Routes, r => r is { IsConsole: false, IsOfOrg: true });
    }

    private async Task SweepAsync(string? who, Func<Route, Func<(int Status, string Body), Task<string?>>> judge)
    {
        var failures = new List<string>();
        foreach (var route in Routes)
        {
            var answer = await SendAsync(route, who, Secret);
            if (await judge(route)(answer) is { } failure)
            {
                failures.Add($"{who ?? "nobody"}: {route}: {answer.Status} {failure}: {answer.Body}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>Opens each as a socket, with the rack of an organization, and judges the first that it says.</summary>
    private async Task SweepSocketsAsync(
        string? who,
        string org,
        Func<string, bool> isRight,
        Func<Route, bool>? which = null
    )
    {
        var failures = new List<string>();
        var routes = All(sockets: true).Where(which ?? (_ => true)).ToArray();
        Assert.True(routes.Length > 2, $"{routes.Length} sockets");
        foreach (var route in routes)
        {
            var path = route.Path(org).Replace("/proxy/x1/x1", "/proxy/web.web/80", StringComparison.Ordinal);
            using var socket = await new KeyStage(world).OpenAsync(
                who is null ? null : world.Token(who),
                path,
                $"{org}/staging"
            );
            var first = await KeyStage.FirstAsync(socket);
            if (!first.StartsWith("ERROR: ", StringComparison.Ordinal) || !isRight(first))
            {
                failures.Add($"{who ?? "nobody"}: {path}: {first}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private async Task<(int Status, string Body)> SendAsync(Route route, string? who, string org)
    {
        using var client = world.Client(who);
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path(org));
        if (!route.IsConsole)
        {
            request.Headers.Add("Rack", $"{org}/staging");
        }
        else if (route.Method is not "GET")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static Resource ResourceOf(Operation operation) =>
        operation.Scope switch
        {
            OperationScope.App => Resource.App("staging", "web"),
            OperationScope.Rack => Resource.Rack("staging"),
            _ => Resource.Org,
        };

    private static string Masked(string body) => Regex.Replace(body, "[0-9a-f]{12}", "-");

    private async Task MakeVoidTokensAsync()
    {
        var now = DateTimeOffset.UnixEpoch;
        await PutAsync("expired", t => t with { Expires = now });
        await PutAsync("revoked", t => t with { Revoked = now });
        var deleted = await new KeyStage(world).IssueAsync();
        var expired = await new KeyStage(world).IssueAsync();
        world.UseToken("deleted-key", deleted.Secret);
        world.UseToken("expired-key", expired.Secret);
        Assert.Equal(204, (await world.SendAsync<object>("ada", "DELETE", $"/orgs/acme/keys/{deleted.Key.Id}")).Status);
        var ticket = await world.Store.Tickets.FindAsync(Tokens.Hash(new(expired.Secret)));
        await PutAsync(ticket! with { Expires = now });
        await world.AddMemberAsync($"disabled{deleted.Key.Id}", RoleGrant.OnAllRacks(BuiltInRoles.Administrator));
        world.UseToken("disabled", world.Token($"disabled{deleted.Key.Id}"));
        Assert.True(
            (
                await world
                    .Grains.GetGrain<IUserGrain>($"disabled{deleted.Key.Id}")
                    .DisableAsync(ConsoleWorld.Operator, "test")
            ).Ok
        );
    }

    private async Task PutAsync(string name, Func<Ticket, Ticket> change)
    {
        var token = Tokens.Create(
            TokenKind.Cli,
            System.Security.Cryptography.RandomNumberGenerator.GetBytes(Tokens.RandomBytes)
        );
        var ticket = new Ticket
        {
            Hash = Tokens.Hash(token),
            Kind = "cli",
            Id = name,
            Subject = "ada",
            Name = name,
            Created = DateTimeOffset.UnixEpoch,
            Expires = DateTimeOffset.UnixEpoch.AddYears(1000),
        };
        await PutAsync(change(ticket));
        world.UseToken(name, token.Reveal());
    }

    private async Task PutAsync(Ticket ticket) =>
        Assert.IsType<Appended>(
            await world.Store.Journal.AppendAsync(new Append { Org = "", Tickets = [new TicketWrite.Put(ticket)] })
        );
}
