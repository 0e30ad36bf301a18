using Palisade.Domain.Manifest;

namespace Palisade.Domain.Tests.Manifest;

/// <summary>Short ways to parse in tests.</summary>
internal static class ManifestTesting
{
    public static readonly IReadOnlyDictionary<string, string> NoEnvironment = new Dictionary<string, string>();

    /// <summary>A manifest that uses nearly every key.</summary>
    public const string Full = """
        environment:
          - LEVEL=info
          - SHARED
        labels:
          team: core
        params:
          a: 1
        resources:
          main-db:
            type: postgres
            options:
              storage: 100
              durable: true
        services:
          web: &web
            build:
              path: ./web/
              manifest: docker/Web.Dockerfile
              args:
                - MODE=fast
            command: bin/web --name "a b"
            port: https:3000
            ports: [4000, 5000/udp, "6000"]
            environment:
              - LEVEL=debug
              - [ONE=1, TWO]
              - "*"
            health:
              path: /check?a=%20b
              interval: 10
            scale:
              count: 2-4
              cpu: 512
              memory: 1024
              limit: {cpu: 1024, memory: 2048}
            domain: WWW.Example.com, *.example.com
            deployment: {minimum: 0, maximum: 150}
            drain: 10
            init: no
            termination: {grace: 0}
            labels: {tier: front}
            volumes: [/cache, data:/var/lib/data]
            sticky: true
            timeout: 90
            tls: {redirect: off}
            whitelist: 10.1.2.3/8, 192.0.2.1
            test: make test
            resources: ["main-db", "main-db:OTHER_URL"]
          worker:
            <<: *web
            image: ghcr.io/acme/worker:1.2
            port: 0x50
            internal: true
            singleton: true
            domain: []
          job:
        timers:
          nightly:
            schedule: "0 3 ? * mon-fri *"
            command: rake nightly
            service: job
        balancers:
          extra:
            service: web
            ports: {80: 4000, 81: {protocol: tcp, port: 5000}}
            whitelist: [10.0.0.0/8]
        """;

    public static AppManifest Valid(string text, params (string Name, string Value)[] environment)
    {
        var report = ManifestParser.ParseAll(
            text,
            environment.ToDictionary(e => e.Name, e => e.Value),
            requireEnvironment: false
        );
        Assert.True(report.Problems.IsEmpty, string.Join('\n', report.Problems));
        return report.Manifest!;
    }

    public static ServiceSpec Web(string body, params (string Name, string Value)[] environment) =>
        Valid("services:\n  web:\n" + Indent(body), environment).Service("web")!;

    public static ManifestProblem OnlyProblem(string text, params (string Name, string Value)[] environment) =>
        Assert.Single(ManifestParser.ParseAll(text, environment.ToDictionary(e => e.Name, e => e.Value)).Problems);

    public static string Indent(string body) => string.Concat(body.Split('\n').Select(l => "    " + l + "\n"));
}
