using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Web.FirstRun;

/// <summary>
/// What the first start leaves for whoever started it (architecture.md): <c>DIR/first-run.json</c>, mode 0600.
/// </summary>
public sealed record FirstRunFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required string Url { get; init; }
    public required string Organization { get; init; }
    public required string Rack { get; init; }
    public required string Email { get; init; }
    public required string Password { get; init; }
    public required string CliToken { get; init; }
    public required string RouterUrl { get; init; }

    /// <summary>Of a first run under way: its sign-in is not in here, whoever started it gives it.</summary>
    [JsonIgnore]
    public bool IsChosen => Password.Length == 0;

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "first-run.json");

    /// <summary>The same while the first run goes on.</summary>
    public static string PendingIn(string dataDirectory) => Path.Combine(dataDirectory, "first-run.pending.json");

    public static FirstRunFile? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<FirstRunFile>(File.ReadAllText(path), Json) : null;

    /// <summary>Durable and in one step: a reader sees all of it or nothing.</summary>
    public void Write(string path)
    {
        var next = path + ".next";
        File.Delete(next);
        using (
            var file = new FileStream(
                next,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = OwnerOnly,
                }
            )
        )
        {
            JsonSerializer.Serialize(file, this, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>Records print all their members; this one must not.</summary>
    public override string ToString() => $"first run of {Url}";
}
