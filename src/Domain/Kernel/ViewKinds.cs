using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Domain.Kernel;

/// <summary>The kinds of view rows, and how their keys are made.</summary>
public static class ViewKinds
{
    /// <summary><c>rack/app</c> → AppView.</summary>
    public const string App = "app";

    /// <summary><c>rack/app/Rxxxxxxxxxx</c> → ReleaseView, sorted by creation.</summary>
    public const string Release = "release";

    /// <summary><c>rack/app/Bxxxxxxxxxx</c> → BuildState, sorted by start.</summary>
    public const string Build = "build";

    /// <summary><c>rack/app/app id/version</c> → EnvironmentView.</summary>
    public const string Environment = "env";

    /// <summary><c>rack/app/app id/version</c> → EnvironmentChange.</summary>
    public const string EnvironmentChange = "env-change";

    /// <summary>id → InviteView, sorted by when it was sent last.</summary>
    public const string Invite = "invite";

    /// <summary>name → name and creation, under the installation.</summary>
    public const string Org = "org";

    /// <summary>user id → UserRow, under the installation, sorted by creation.</summary>
    public const string User = "user";

    /// <summary><c>rack</c> → RackState.</summary>
    public const string Rack = "rack";

    /// <summary>key id → DeployKeyView, sorted by name.</summary>
    public const string DeployKey = "key";
}

/// <summary>JSON of view rows.</summary>
public static class ViewJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new PrincipalJson(), new JsonStringEnumConverter() },
    };

    public static string Write<T>(T row) => JsonSerializer.Serialize(row, Options);

    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Options)
        ?? throw new JsonException($"A view row of {typeof(T).Name} is null.");

    /// <summary>A time as text that sorts byte-wise: 20 digits of UTC ticks.</summary>
    public static string Sortable(DateTimeOffset time) => time.UtcTicks.ToString("D20", CultureInfo.InvariantCulture);
}
