using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Tests.Router;

public sealed class HaproxyConfigTests
{
    private static readonly RouterBackend Backend = new()
    {
        Key = "web-80",
        ServiceName = "web.app",
        Hosts = ["web.app.dev.acme.localhost"],
        CheckTimeoutSeconds = 4,
        Servers = [Asked("p1", "/up?x=1")],
    };

    private static readonly RouterModel Model = new()
    {
        Binds = [new RouterBind("127.0.0.1", 8080)],
        Backends = [Backend],
    };

    [Fact]
    public void Render_is_the_recorded_text()
    {
        var model = Model with
        {
            TlsBinds = [new RouterBind("127.0.0.1", 8443)],
            Backends =
            [
                Backend with
                {
                    Listen = new RouterListen("10.1.0.9", 80, RouterMode.Http),
                    TimeoutSeconds = 120,
                    Servers =
                    [
                        Asked("p1", "/up?x=1"),
                        Asked("p2", "/healthy") with
                        {
                            Tls = true,
                        },
                        new RouterServer("p3", "10.0.0.4", 3000),
                    ],
                },
                new RouterBackend
                {
                    Key = "db",
                    ServiceName = "db.app",
                    Listen = new RouterListen("fd00::9", 5432, RouterMode.Tcp),
                    Servers =
                    [
                        new RouterServer("d2", "fd00::2", 5432, Draining: true),
                        new RouterServer("d1", "10.0.0.3", 5432),
                    ],
                },
            ],
        };

        var files = HaproxyConfig.Render(model, "haproxy", "00ff").Value;

        var recorded = Path.Combine(AppContext.BaseDirectory, "../../../Router/HaproxyConfig.snapshot.cfg");
        if (Environment.GetEnvironmentVariable("PALISADE_RECORD") == "1")
        {
            File.WriteAllText(recorded, files.Config);
        }

        Assert.Equal(File.ReadAllText(recorded), files.Config);
        Assert.Equal("web.app.dev.acme.localhost b-web-80\n", files.HostMap);
        Assert.Equal("b-web-80/p1 /up?x=1\nb-web-80/p2 /healthy\n", files.CheckMap);
    }

    [Fact]
    public void Servers_and_hosts_are_not_part_of_the_fingerprint_and_the_rest_is()
    {
        string Of(RouterModel model) => HaproxyConfig.Render(model).Value.Fingerprint;
        var print = Of(Model);

        Assert.Equal(print, Of(Model with { Backends = [Backend with { Servers = [] }] }));
        Assert.Equal(
            print,
            Of(Model with { Backends = [Backend with { Hosts = [.. Backend.Hosts, "z.example.com"] }] })
        );
        Assert.NotEqual(print, Of(Model with { Backends = [] }));
        Assert.NotEqual(print, Of(Model with { Binds = [new RouterBind("127.0.0.1", 8081)] }));
        Assert.NotEqual(print, Of(Model with { Backends = [Backend with { CheckTimeoutSeconds = 6 }] }));
        Assert.NotEqual(print, HaproxyConfig.Render(Model, null, "aa").Value.Fingerprint);
    }

    [Fact]
    public void A_check_needs_a_time_limit_and_a_port_that_speaks_HTTP()
    {
        var endless = HaproxyConfig.Render(Model with { Backends = [Backend with { CheckTimeoutSeconds = null }] });
        var bytes = HaproxyConfig.Render(
            Model with
            {
                Backends = [Backend with { Hosts = [], Listen = new RouterListen("10.1.0.9", 80, RouterMode.Tcp) }],
            }
        );

        Assert.IsType<Invalid>(endless.Problem);
        Assert.IsType<Invalid>(bytes.Problem);
    }

    [Fact]
    public void A_host_name_or_an_address_is_given_once()
    {
        var twice = HaproxyConfig.Render(Model with { Backends = [Backend, Backend with { Key = "other" }] });
        var bound = HaproxyConfig.Render(Model with { TlsBinds = Model.Binds });

        Assert.Equal("router.host_taken", twice.Problem?.Code);
        Assert.IsType<Conflict>(twice.Problem);
        Assert.Equal("router.address_taken", bound.Problem?.Code);
    }

    [Fact]
    public void S27_every_hostile_value_in_every_place_is_refused()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] bad =
        [
            "\n",
            "\r",
            "\0",
            "\t",
            " ",
            "\"",
            "'",
            "\\",
            "#",
            "$",
            "${X}",
            "`",
            "\u00e9",
            "\u212a",
            "\ud83d\ude00",
            "\u2028",
            "{",
            "|",
            "<",
            "%zz",
            ";",
        ];
        var places = new (string Name, string Good, Func<string, RouterModel> With)[]
        {
            ("bind", "127.0.0.1", v => Model with { Binds = [new RouterBind(v, 80)] }),
            ("tls bind", "127.0.0.1", v => Model with { TlsBinds = [new RouterBind(v, 80)] }),
            ("key", "web", v => Model with { Backends = [Backend with { Key = v }] }),
            ("service", "web.app", v => Model with { Backends = [Backend with { ServiceName = v }] }),
            ("host", "a.b.localhost", v => Model with { Backends = [Backend with { Hosts = [v] }] }),
            (
                "listen",
                "10.0.0.1",
                v => Model with { Backends = [Backend with { Listen = new RouterListen(v, 80, RouterMode.Http) }] }
            ),
            ("health", "/health", v => Model with { Backends = [Backend with { Servers = [Asked("p1", v)] }] }),
            (
                "server",
                "p1",
                v => Model with { Backends = [Backend with { Servers = [new RouterServer(v, "10.0.0.2", 80)] }] }
            ),
            (
                "address",
                "10.0.0.2",
                v => Model with { Backends = [Backend with { Servers = [new RouterServer("p1", v, 80)] }] }
            ),
        };

        foreach (var (name, good, with) in places)
        {
            Assert.True(HaproxyConfig.Render(with(good)).Ok, name);
            for (var round = 0; round < 400; round++)
            {
                var at = random.Next(good.Length + 1);
                var hostile =
                    good[..at] + bad[random.Next(bad.Length)] + (random.Next(2) == 0 ? "" : "option x") + good[at..];
                var rendered = HaproxyConfig.Render(with(hostile));
                Assert.True(!rendered.Ok && rendered.Problem is Invalid, $"seed {seed}: {name} took '{hostile}'");
            }

            Assert.False(HaproxyConfig.Render(with("")).Ok, name);
            Assert.False(HaproxyConfig.Render(with(null!)).Ok, name);
            Assert.False(HaproxyConfig.Render(with(good + new string('a', 300))).Ok, name);
        }

        Assert.False(HaproxyConfig.Render(Model, "root\n").Ok);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("127.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("FE80::1")]
    [InlineData("localhost")]
    public void S27_an_address_is_literal_and_canonical(string address) =>
        Assert.False(HaproxyConfig.Render(Model with { Binds = [new RouterBind(address, 80)] }).Ok);

    private static RouterServer Asked(string name, string path) =>
        new(name, "10.0.0.2", 3000) { HealthCheck = new RouterHealthCheck(path, 5) };
}
