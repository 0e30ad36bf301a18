using Palisade.Domain.Manifest;
using static Palisade.Domain.Tests.Manifest.ManifestTesting;

namespace Palisade.Domain.Tests.Manifest;

public sealed class ManifestSecurityTests
{
    private const string Canary = "cAnArY7f3e";

    [Theory]
    [InlineData("port: ${S}", "not a port number: ${S}")]
    [InlineData("port: http:${S}", "not a port number: http:${S}")]
    [InlineData("port: \"${S}\"", "not a port number: \"${S}\"")]
    [InlineData("scale: ${S}", "not a number of processes: ${S}")]
    [InlineData("domain: a.com, ${S}_", "not a host name: a.com, ${S}_")]
    [InlineData("image: ${S}", "not an image reference: ${S}")]
    [InlineData("health: ${S}", "not a request path: ${S}")]
    [InlineData("whitelist: ${S}", "not an address range: ${S}")]
    [InlineData("internal: ${S}", "not true or false: ${S}")]
    [InlineData("volumes: ['${S}']", "not a mount path: '${S}'")]
    [InlineData("build: ../${S}", "a path outside the source or with odd characters: ../${S}")]
    [InlineData("resources: ['${S}']", "no such resource: '${S}'")]
    [InlineData("labels: {a: '${S} b'}", "not a label value: '${S} b'")]
    [InlineData("environment: ['${S} x=1']", "not a variable name: '${S} x=1'")]
    [InlineData("'${S}': 1\n'${S}': 2", "the key is written twice in one map")]
    [InlineData("port: |\n  ${S}\n  x", null)]
    [InlineData("port: [*${S}]", null)]
    [InlineData("port: !${S} 1", null)]
    [InlineData("port: '${S}", null)]
    [InlineData("${S}: [", null)]
    [InlineData("${S}\nport: 1", null)]
    [InlineData("deployment: {minimum: ${S}}", "not a whole number: ${S}")]
    [InlineData("command: \"run '${S}\"", "the command has an open single quote")]
    public void S22_An_interpolated_value_never_shows_in_a_problem(string body, string? message)
    {
        var report = ManifestParser.ParseAll(
            "services:\n  web:\n" + Indent(body),
            new Dictionary<string, string> { ["S"] = Canary }
        );

        Assert.NotEmpty(report.Problems);
        Assert.DoesNotContain(Canary, report.ToResult().Problem!.Text, StringComparison.OrdinalIgnoreCase);
        Assert.All(report.Warnings, w => Assert.DoesNotContain(Canary, w.Text, StringComparison.OrdinalIgnoreCase));
        if (message is not null)
        {
            Assert.Contains(message, report.Problems.Select(p => p.Message));
        }
    }

    [Fact]
    public void S22_An_interpolated_key_shows_as_written()
    {
        var report = ManifestParser.ParseAll(
            "services:\n  ${S}:\n    ${S}: 1\n    port: x\n",
            new Dictionary<string, string> { ["S"] = Canary }
        );

        Assert.Contains(
            report.Problems,
            p => p.Text == "line 4: services.${S}.port: not a port number: x; use 1 to 65535"
        );
        Assert.Contains(report.Warnings, p => p.Key == "services.${S}.${S}");
    }

    [Theory]
    [InlineData("a\nprivileged: true")]
    [InlineData("a\r\nb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("\0")]
    public void S22_A_value_with_a_line_break_cannot_add_lines(string value)
    {
        var problem = OnlyProblem("services:\n  web:\n    command: ${S}\n", ("S", value));

        Assert.Equal((3, "the value of S holds a line break or control character"), (problem.Line, problem.Message));
    }

    [Theory]
    [InlineData("localhost/app")]
    [InlineData("localhost:5000/app")]
    [InlineData("127.0.0.1:5000/app")]
    [InlineData("10.1.2.3/app")]
    [InlineData("registry.localhost/app")]
    [InlineData("web.app.convox.local/app")]
    [InlineData("metadata.google.internal/app")]
    [InlineData("palisade/acme")]
    [InlineData("palisade-acme/web:1")]
    [InlineData("docker.io/palisade/web")]
    [InlineData("ghcr.io/x/palisade-org/web")]
    [InlineData("palisade.local:5000/x")]
    [InlineData("3f4a5b6c7d8e")]
    [InlineData("sha256:3f4a5b6c7d8e3f4a5b6c7d8e3f4a5b6c7d8e3f4a5b6c7d8e3f4a5b6c7d8e1234/x")]
    [InlineData("sha256:3f4a5b6c7d8e3f4a5b6c7d8e3f4a5b6c7d8e3f4a5b6c7d8e3f4a5b6c7d8e1234")]
    [InlineData("docker-archive:/etc/passwd")]
    [InlineData("dir:/x")]
    [InlineData("-v")]
    [InlineData("a b")]
    [InlineData("a//b")]
    [InlineData("../x")]
    [InlineData("App:UPPER/x")]
    [InlineData("x@sha256:12")]
    [InlineData("http://example.com/x")]
    [InlineData("x:tag\n")]
    [InlineData("user@example.com/x")]
    public void S18_An_image_of_the_local_store_or_without_grammar_is_refused(string image)
    {
        Assert.False(ImageReference.TryParse(image, out _, out var refusal));
        Assert.DoesNotContain(image, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node", "docker.io/library/node:latest")]
    [InlineData("node:20-alpine", "docker.io/library/node:20-alpine")]
    [InlineData("acme/web", "docker.io/acme/web:latest")]
    [InlineData("index.docker.io/acme/web:1", "docker.io/acme/web:1")]
    [InlineData("ghcr.io/a/b/c:1.2", "ghcr.io/a/b/c:1.2")]
    [InlineData("registry.example.com:5000/a__b/c-d", "registry.example.com:5000/a__b/c-d:latest")]
    [InlineData("containers-storage:foo", "docker.io/library/containers-storage:foo")]
    [InlineData("deadbeef:1", null)]
    [InlineData(
        "a@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "docker.io/library/a@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    )]
    public void S18_A_published_image_always_names_its_registry(string image, string? canonical)
    {
        Assert.Equal(canonical, ImageReference.TryParse(image, out var reference, out _) ? reference.Canonical : null);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../b")]
    [InlineData("a/..")]
    [InlineData("/etc")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("")]
    [InlineData("-f")]
    [InlineData("a/-f")]
    [InlineData(" a")]
    public void S18_A_build_path_stays_inside_the_archive(string path) =>
        Assert.False(ManifestGrammar.TryArchivePath(path, out _));

    [Theory]
    [InlineData(".", ".")]
    [InlineData("./", ".")]
    [InlineData("./a//b/", "a/b")]
    [InlineData("a b/..c", "a b/..c")]
    public void S18_A_build_path_is_normalised(string path, string normal)
    {
        Assert.True(ManifestGrammar.TryArchivePath(path, out var actual));
        Assert.Equal(normal, actual);
    }

    [Theory]
    [InlineData("build: {path: ../other}", "services.web.build.path")]
    [InlineData("build: {manifest: /etc/shadow}", "services.web.build.manifest")]
    [InlineData("build: a/../..", "services.web.build")]
    public void S18_A_manifest_with_a_path_outside_is_refused(string body, string key) =>
        Assert.Equal(key, OnlyProblem("services:\n  web:\n" + Indent(body)).Key);

    [Theory]
    [InlineData("example.com\nuse_backend x")]
    [InlineData("example.com use_backend")]
    [InlineData("ex\"ample.com")]
    [InlineData("ex'ample.com")]
    [InlineData("a.*.example.com")]
    [InlineData("*example.com")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("-a.example.com")]
    [InlineData("a-.example.com")]
    [InlineData("a..com")]
    [InlineData("a.com..")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("a_b.example.com")]
    [InlineData("example.com/path")]
    [InlineData("example.com:80")]
    [InlineData("[::1]")]
    [InlineData("\u0000.com")]
    [InlineData("{env}.com")]
    public void S27_A_hostile_domain_is_refused(string domain) => Assert.False(DomainName.TryNormalise(domain, out _));

    [Theory]
    [InlineData("WWW.Example.COM", "www.example.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("*.example.com", "*.example.com")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("1.2.example.com", "1.2.example.com")]
    public void S27_A_domain_is_normalised(string domain, string normal)
    {
        Assert.True(DomainName.TryNormalise(domain, out var actual));
        Assert.Equal(normal, actual);
    }

    [Fact]
    public void S27_A_domain_keeps_its_bounds()
    {
        Assert.False(DomainName.TryNormalise(new string('a', 64) + ".com", out _));
        Assert.True(DomainName.TryNormalise(new string('a', 63) + ".com", out _));
        Assert.False(DomainName.TryNormalise(string.Concat(Enumerable.Repeat("a.", 127)) + "com", out _));
    }

    [Theory]
    [InlineData("/ok\nserver x")]
    [InlineData("/a b")]
    [InlineData("/a\"")]
    [InlineData("/a'")]
    [InlineData("/a\\")]
    [InlineData("/a#b")]
    [InlineData("/%zz")]
    [InlineData("/%")]
    [InlineData("a")]
    [InlineData("http://x/")]
    [InlineData("")]
    [InlineData("/ü")]
    [InlineData("/{x}")]
    [InlineData("/a\u0000")]
    public void S27_A_hostile_health_path_is_refused(string path) => Assert.False(ManifestGrammar.IsRequestPath(path));

    [Fact]
    public void S27_A_health_path_keeps_its_bound()
    {
        Assert.True(ManifestGrammar.IsRequestPath("/" + new string('a', 511)));
        Assert.False(ManifestGrammar.IsRequestPath("/" + new string('a', 512)));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a\"")]
    [InlineData("a'")]
    [InlineData("ü")]
    [InlineData("$(x)")]
    public void S27_A_hostile_label_value_is_refused(string value) => Assert.False(ManifestGrammar.IsLabelValue(value));

    [Theory]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/08x")]
    [InlineData("fe80::1%eth0")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("")]
    public void S27_A_hostile_range_is_refused(string range) => Assert.False(AddressRange.TryNormalise(range, out _));

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("2001:db8::1/32", "2001:db8::/32")]
    [InlineData("::1", "::1/128")]
    public void S27_A_range_is_normalised(string range, string normal)
    {
        Assert.True(AddressRange.TryNormalise(range, out var actual));
        Assert.Equal(normal, actual);
    }
}
