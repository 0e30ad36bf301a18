using Palisade.Domain.Manifest;
using static Palisade.Domain.Tests.Manifest.ManifestTesting;

namespace Palisade.Domain.Tests.Manifest;

/// <summary>Documents that are wrong in one way, with the line, the key and the words that a person sees.</summary>
public sealed class ManifestProblemTests
{
    [Theory]
    [InlineData("", 1, "", "the manifest is empty")]
    [InlineData("# nothing\n", 1, "", "the manifest is empty")]
    [InlineData("- a\n", 1, "", "not a map at top level")]
    [InlineData("text\n", 1, "", "not a map at top level")]
    [InlineData("services:\n  web: {}\n  web: {}\n", 3, "web", "the key is written twice in one map")]
    [InlineData("services: [a]\n", 1, "services", "a list, but a map is wanted")]
    [InlineData("services:\n  Web: {}\n", 2, "services.Web", "not a name for a service: Web")]
    [InlineData("services:\n  web: 5\n", 2, "services.web", "a single value, but a map is wanted")]
    [InlineData("environment:\n  A: b\n", 2, "environment", "a map, but a list is wanted")]
    [InlineData("environment:\n  - A: b\n", 2, "environment", "an entry that is a map")]
    [InlineData("environment:\n  - [[A]]\n", 2, "environment", "an entry that is a list")]
    [InlineData("environment: ['A B=canary']\n", 1, "environment", "not a variable name: A B")]
    [InlineData("labels:\n  app: x\n", 2, "labels.app", "a reserved label")]
    [InlineData("labels:\n  palisade.org: x\n", 2, "labels.palisade.org", "a reserved label")]
    [InlineData("labels:\n  Convox.io/x: x\n", 2, "labels.Convox.io/x", "a reserved label")]
    [InlineData("services: {}\n---\nservices: {}\n", 3, "", "a second YAML document")]
    [InlineData("services: !exec {}\n", 1, "", "a YAML tag that has no meaning here")]
    [InlineData("services: *none\n", 1, "", "an alias to an anchor that is not defined before it")]
    [InlineData("services: &a\n  web: *a\n", 2, "", "an alias inside the very node that it names")]
    [InlineData("services:\n  <<: 5\n", 2, "", "<< must be given a map or a list of maps")]
    [InlineData("? [a]\n: b\n", 1, "", "a key that is a list or map")]
    [InlineData("a: \u0007\n", 1, "", "a control character")]
    [InlineData("a: 1\nb: \u2028\n", 2, "", "a control character")]
    [InlineData("resources:\n  db:\n", 2, "resources.db.type", "the type is missing")]
    [InlineData("resources:\n  db: {type: ' '}\n", 2, "resources.db.type", "the type is missing")]
    [InlineData(
        "resources:\n  a-very-long-name-of-a-db: {type: rds-postgres}\n",
        2,
        "resources.a-very-long-name-of-a-db",
        "the name does not suit its type"
    )]
    [InlineData(
        "services: {web: }\ntimers:\n  t: {schedule: '* * * * *', service: wbe}\n",
        3,
        "timers.t.service",
        "no such service: wbe"
    )]
    [InlineData(
        "services: {web: }\ntimers:\n  t: {schedule: '* * * *', service: web}\n",
        3,
        "timers.t.schedule",
        "the schedule has fewer than five fields"
    )]
    [InlineData(
        "services: {web: }\ntimers:\n  t: {schedule: '* 1? * * *', service: web}\n",
        3,
        "timers.t.schedule",
        "the schedule holds a ?"
    )]
    [InlineData(
        "services: {web: }\ntimers:\n  t: {schedule: '* 24 * * *', service: web}\n",
        3,
        "timers.t.schedule",
        "not a hour: 24"
    )]
    [InlineData(
        "services: {web: }\ntimers:\n  T: {schedule: '* * * * *', service: web}\n",
        3,
        "timers.T",
        "not a name for a timer: T"
    )]
    [InlineData("services: {web: }\nbalancers:\n  b: {service: web}\n", 3, "balancers.b.ports", "no ports")]
    [InlineData(
        "services: {web: }\nbalancers:\n  b: {ports: {1: 1}}\n",
        3,
        "balancers.b.service",
        "the service is missing"
    )]
    [InlineData(
        "services: {web: }\nbalancers:\n  b: {service: web, ports: {1: 1}, whitelist: 10.0.0.0/33}\n",
        3,
        "balancers.b.whitelist",
        "not an address range: 10.0.0.0/33"
    )]
    [InlineData(
        "services: {web: }\nbalancers:\n  b: {service: web, ports: {1: x}}\n",
        3,
        "balancers.b.ports.1",
        "not a port number: x"
    )]
    public void A_document_is_refused(string text, int line, string key, string message)
    {
        var problem = OnlyProblem(text);

        Assert.Equal((line, key, message), (problem.Line, problem.Key, problem.Message));
        Assert.NotEmpty(problem.Remedy);
    }

    [Theory]
    [InlineData("port: eighty", "port", "not a port number: eighty")]
    [InlineData("port: 0", "port", "not a port number: 0")]
    [InlineData("port: 65536", "port", "not a port number: 65536")]
    [InlineData("port: 99999999999999999999", "port", "not a port number: 99999999999999999999")]
    [InlineData("port: ftp:21", "port", "not a scheme: ftp")]
    [InlineData("port: {scheme: http}", "port", "a map without port")]
    [InlineData("port: [80]", "port", "not a port number: a list")]
    [InlineData("ports: [{port: 80}]", "ports", "an entry that is a map")]
    [InlineData("ports: [80/sctp]", "ports", "not a protocol: sctp")]
    [InlineData("agent: {ports: [80]}", "agent", "a map, but true or false is wanted")]
    [InlineData("command: [a, b]", "command", "a list, but a command line is wanted")]
    [InlineData("command: run 'it", "command", "the command has an open single quote")]
    [InlineData("build: [a]", "build", "a list, but a path or a map is wanted")]
    [InlineData("domain: {a: b}", "domain", "a map, but one value is wanted")]
    [InlineData("health: [a]", "health", "a list, but a path or a map is wanted")]
    [InlineData("health: 5", "health", "not a request path: 5")]
    [InlineData("health: {interval: soon}", "health.interval", "not a whole number: soon")]
    [InlineData("scale: 1+", "scale", "not a number of processes: 1+")]
    [InlineData("scale: a-b", "scale", "not a number of processes: a-b")]
    [InlineData("scale: 5-1", "scale", "the fewest are more than the most")]
    [InlineData("scale: -1", "scale", "not a number of processes: -1")]
    [InlineData("scale: 100000", "scale", "not a number of processes: 100000")]
    [InlineData("scale: {gpu: many}", "scale.gpu", "not a number of GPUs: many")]
    [InlineData(
        "scale: {cpu: 500, limit: {cpu: 100}}",
        "scale.limit.cpu",
        "the limit is below the request of scale.cpu"
    )]
    [InlineData(
        "scale: {memory: 500, limit: {memory: 100}}",
        "scale.limit.memory",
        "the limit is below the request of scale.memory"
    )]
    [InlineData("deployment: {minimum: -1}", "deployment.minimum", "not a whole number: -1")]
    [InlineData("deployment: {maximum: 99}", "deployment.maximum", "not a whole number: 99")]
    [InlineData("internal: true\ninternalRouter: true", "internalRouter", "set together with internal")]
    [InlineData("resources: [nope]", "resources", "no such resource: nope")]
    [InlineData("annotations: [noequals]", "annotations", "an entry without =")]
    [InlineData("volumes: [a:b:c]", "volumes", "not a volume: a:b:c")]
    [InlineData("volumes: [data]", "volumes", "not a mount path: data")]
    [InlineData("volumes: ['data:/a/../..']", "volumes", "not a mount path: /a/../..")]
    [InlineData("volumes: ['data:/dev/shm']", "volumes", "not a mount path: /dev/shm")]
    [InlineData("volumes: ['data:/a,readonly']", "volumes", "not a mount path: /a,readonly")]
    [InlineData("volumes: ['../x:/a']", "volumes", "not a volume name: ../x")]
    [InlineData("volumes: [/a, 'b:/a/']", "volumes", "two volumes at one path")]
    [InlineData(
        "volumeOptions: [{emptyDir: {mountPath: /a}}]",
        "volumeOptions.emptyDir.id",
        "an id is missing or has odd characters"
    )]
    [InlineData(
        "volumeOptions: [{emptyDir: {id: a, mountPath: /a, medium: Tape}}]",
        "volumeOptions.emptyDir.medium",
        "not a medium: Tape"
    )]
    [InlineData(
        "volumeOptions: [{awsEfs: {id: a, mountPath: /a}}]",
        "volumeOptions.awsEfs.accessMode",
        "not an access mode"
    )]
    [InlineData("whitelist: everyone", "whitelist", "not an address range: everyone")]
    [InlineData("init: perhaps", "init", "not true or false: perhaps")]
    [InlineData("timeout: 0", "timeout", "not a whole number: 0")]
    [InlineData("command: 100%", null, null)]
    public void A_service_is_refused(string body, string? key, string? message)
    {
        var text = "services:\n  web:\n" + Indent(body);
        if (key is null)
        {
            Assert.Empty(ManifestParser.ParseAll(text, NoEnvironment).Problems);
            return;
        }

        var problem = OnlyProblem(text);

        Assert.Equal(($"services.web.{key}", message), (problem.Key, problem.Message));
        Assert.Equal(2 + body.Split('\n').Length, problem.Line);
    }

    [Theory]
    [InlineData("services:\n\tweb: 1\n")]
    [InlineData("services:\n  web: [\n")]
    [InlineData("services:\n  web: 'a\n")]
    [InlineData("services:\n  web:\n   a: 1\n  b: 2\n c: 3\n")]
    [InlineData("services: \"\\q\"\n")]
    [InlineData("%YAML 9.9\n---\na: 1\n")]
    public void Broken_yaml_is_one_problem_at_its_line(string text)
    {
        var problem = OnlyProblem(text);

        Assert.StartsWith("not valid YAML", problem.Message);
        Assert.InRange(problem.Line, 1, 6);
        Assert.DoesNotContain('%', problem.Text);
    }

    [Fact]
    public void No_message_holds_a_percent_sign_or_a_control_character()
    {
        var report = ManifestParser.ParseAll(
            "services:\n  web:\n    port: \"%s\\e[31m\\n%n\"\n    '%d': 1\n    domain: '%s.com'\n    health: '/%zz'\n",
            NoEnvironment
        );

        Assert.Equal(3, report.Problems.Length);
        Assert.All(
            report.Problems.Concat(report.Warnings),
            p => Assert.DoesNotContain(p.Text, c => c == '%' || char.IsControl(c))
        );
    }
}
