using System.Text.Json;

namespace Palisade.Storage.Moving;

/// <summary>
/// <c>moved.json</c> in a data folder whose data went to PostgreSQL: what stayed behind is opened by nobody by mistake,
/// since two histories of one installation would begin there.
/// </summary>
/// <param name="To">Database and host; no login.</param>
internal sealed record MovedMark(string To, DateTimeOffset At)
{
    public const string FileName = "moved.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Refuse(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path))
        {
            var mark = JsonSerializer.Deserialize<MovedMark>(File.ReadAllBytes(path), Json);
            throw new StoreUnusableException(
                $"The data of {folder} was moved to PostgreSQL ({mark?.To}, {mark?.At:u}): start with Postgres__ConnectionString. Only if you give up "
                    + $"what was done there since, delete {path} to go on with the SQLite data of before."
            );
        }
    }

    public void Write(string folder) =>
        PrivateFiles.Replace(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Json));
}
