using Palisade.Driver;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>A source folder whose image is one static busybox: no registry is needed. Deleted at the end.</summary>
internal sealed class SampleApp : IDisposable
{
    /// <summary>
    /// Serves <c>/</c> (the release's id) and <c>/id</c> (the process's id) with busybox httpd, and stops when it is
    /// told to.
    /// </summary>
    public const string WebStart = """
        #!/bin/sh
        mkdir -p /tmp/www
        echo "$RELEASE" > /tmp/www/index.html
        hostname > /tmp/www/id
        echo ok > /tmp/www/healthz
        echo "listening as $(hostname)"
        httpd -f -p 3000 -h /tmp/www &
        trap 'kill "$!"; exit 0' TERM INT
        wait
        """;

    private SampleApp(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>
    /// One service <c>web</c> of <see cref="WebStart"/>; more lines of its section come indented by four.
    /// </summary>
    public static SampleApp Web(int count = 1, string more = "", string start = WebStart) =>
        Make(
            $"""
            environment:
              - GREETING=hello
            services:
              web:
                build: .
                port: 3000
                health: /healthz
                scale:
                  count: {count}
                  cpu: 500
                  memory: 64
            {more}
            """,
            start
        );

    /// <summary>Any manifest around one start script.</summary>
    public static SampleApp Make(string manifest, string start, string dockerfile = "")
    {
        var folder = Directory.CreateTempSubdirectory("app").FullName;
        File.Copy("/bin/busybox", Path.Combine(folder, "busybox"));
        File.WriteAllText(Path.Combine(folder, "convox.yml"), manifest);
        File.WriteAllText(Path.Combine(folder, "start"), start.ReplaceLineEndings("\n") + "\n");
        File.SetUnixFileMode(Path.Combine(folder, "start"), (UnixFileMode)0x1ED);
        File.WriteAllText(
            Path.Combine(folder, "Dockerfile"),
            $"""
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            ENV PATH=/bin
            {dockerfile}
            COPY start /start
            CMD ["/start"]
            """
        );
        return new SampleApp(folder);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
