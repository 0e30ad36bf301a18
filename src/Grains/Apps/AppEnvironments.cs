using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Storage;

namespace Palisade.Grains.Apps;

/// <summary>Seals and opens an app's environments. Each version is stored once; releases point to it.</summary>
public sealed class AppEnvironments(IStore store)
{
    /// <summary>
    /// Stands for a stored value in a masked reply (S19): <c>palisade:keep:version:mac</c>, the mac bound to this
    /// creation of the app, version and key.
    /// </summary>
    public const string KeepPrefix = "palisade:keep:";

    /// <summary>Variables of a version in clear; version 0 has none.</summary>
    public async Task<EnvironmentDictionary> OpenAsync(
        AppRef app,
        string appId,
        int version,
        CancellationToken cancellationToken = default
    )
    {
        if (version == 0)
        {
            return EnvironmentDictionary.Empty;
        }

        var view = await FindAsync(app, appId, version, cancellationToken);
        var text = await store.Sealer.OpenAsync(Scope(app), view.Values, Context(appId, version), cancellationToken);
        return EnvironmentText.Parse(Encoding.UTF8.GetString(text)).Value;
    }

    /// <summary>Keys and fingerprints of a stored version.</summary>
    public async Task<ImmutableSortedDictionary<string, string>> KeysAsync(
        AppRef app,
        string appId,
        int version,
        CancellationToken cancellationToken = default
    ) =>
        version == 0
            ? ImmutableSortedDictionary<string, string>.Empty
            : (await FindAsync(app, appId, version, cancellationToken)).Keys;

    /// <summary>Seals a text for the given version: additional data binds it to the app and the version.</summary>
    public async Task<Result<NewEnvironment>> SealAsync(
        AppRef app,
        string appId,
        int version,
        EnvironmentDictionary variables,
        CancellationToken cancellationToken = default
    )
    {
        var text = EnvironmentText.Format(variables);
        if (!text.Ok)
        {
            return Result.Fail<NewEnvironment>(text.Problem);
        }

        var sealedText = await store.Sealer.SealAsync(
            Scope(app),
            Encoding.UTF8.GetBytes(text.Value),
            Context(appId, version),
            cancellationToken
        );
        var keys = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in variables)
        {
            keys[key] = await store.Sealer.FingerprintAsync(
                Scope(app),
                Encoding.UTF8.GetBytes($"{key}={value}"),
                cancellationToken
            );
        }

        return new NewEnvironment(version, sealedText, keys.ToImmutable());
    }

    /// <summary>Keep-tokens for values of a version.</summary>
    public async Task<EnvironmentDictionary> MaskAsync(
        AppRef app,
        string appId,
        int version,
        IEnumerable<string> keys,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        var masked = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            masked[key] = await KeepTokenAsync(app, appId, key, version, cancellationToken);
        }

        return new EnvironmentDictionary(masked.ToImmutable());
    }

    /// <summary>
    /// Maps keep-tokens back to the stored values; one that names no stored value of its own key is Invalid.
    /// </summary>
    public async Task<Result<EnvironmentDictionary>> UnmaskAsync(
        AppRef app,
        string appId,
        EnvironmentDictionary given,
        CancellationToken cancellationToken = default
    )
    {
        var opened = new Dictionary<int, EnvironmentDictionary>();
        var values = given.ToImmutableSortedDictionary(StringComparer.Ordinal);
        foreach (var (key, token) in given.Where(p => p.Value.StartsWith(KeepPrefix, StringComparison.Ordinal)))
        {
            var known = int.TryParse(
                token[KeepPrefix.Length..].Split(':')[0],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var version
            );
            var expected = Encoding.UTF8.GetBytes(
                known ? await KeepTokenAsync(app, appId, key, version, cancellationToken) : ""
            );
            var genuine = known && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), expected);
            if (!genuine || !(await OpenOnceAsync(version)).TryGetValue(key, out var value))
            {
                return new Invalid(
                    "env.keep_unknown",
                    $"the value of {Printable.Of(key)} is a placeholder that stands for nothing stored"
                )
                {
                    Suggestion = "give the value itself, or read the environment again",
                };
            }

            values = values.SetItem(key, value);
        }

        return new EnvironmentDictionary(values);

        async Task<EnvironmentDictionary> OpenOnceAsync(int version) =>
            opened.TryGetValue(version, out var known) ? known
            // Pruned since it was read.
            : !await ExistsAsync(app, appId, version, cancellationToken) ? EnvironmentDictionary.Empty
            : opened[version] = await OpenAsync(app, appId, version, cancellationToken);
    }

    private async Task<bool> ExistsAsync(AppRef app, string appId, int version, CancellationToken cancellationToken) =>
        await store.Views.GetAsync(
            app.Org,
            ViewKinds.Environment,
            AppProjection.EnvironmentKey(app, appId, version),
            cancellationToken
        )
            is not null;

    private async Task<EnvironmentView> FindAsync(
        AppRef app,
        string appId,
        int version,
        CancellationToken cancellationToken
    )
    {
        var key = AppProjection.EnvironmentKey(app, appId, version);
        return ViewJson.Read<EnvironmentView>(
            await store.Views.GetAsync(app.Org, ViewKinds.Environment, key, cancellationToken)
                ?? throw new InvalidDataException($"Environment {key} is not stored.")
        );
    }

    private async Task<string> KeepTokenAsync(
        AppRef app,
        string appId,
        string key,
        int version,
        CancellationToken cancellationToken
    )
    {
        var mac = await store.Sealer.FingerprintAsync(
            Scope(app),
            Encoding.UTF8.GetBytes($"keep\n{appId}\n{version}\n{key}"),
            cancellationToken
        );
        return string.Create(CultureInfo.InvariantCulture, $"{KeepPrefix}{version}:{mac}");
    }

    private static string Scope(AppRef app) => $"app/{app}";

    private static string Context(string appId, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"env/{appId}/{version}");
}
