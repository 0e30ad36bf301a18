using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Keys;

/// <summary>Deploy keys of acme.</summary>
internal static class AcmeKeys
{
    public static DeployKeySpec Spec(string name = "ci") => new() { Name = name, Racks = Selector.Name("staging") };

    public static IDeployKeyGrain NewKey(this Acme acme) => acme.Key($"key-{acme.Host.Get<IIdSource>().Hex(6)}");

    public static IDeployKeyGrain Key(this Acme acme, string id) =>
        acme.Host.Grains.GetGrain<IDeployKeyGrain>($"acme/{id}");

    public static async Task<IssuedKey> IssueAsync(this Acme acme, DeployKeySpec? spec = null, Caller? by = null) =>
        Ok(await acme.NewKey().CreateAsync(by ?? Administrator, spec ?? Spec()));

    /// <summary>The key as a caller, as the front proves it.</summary>
    public static Caller AsCaller(this IssuedKey issued) =>
        new()
        {
            Principal = new Principal(PrincipalKind.DeployKey, issued.Key.Id, issued.Key.Spec.Name),
            SignIn = "deploy-key",
            CredentialId = issued.Key.Secrets[^1].CredentialId,
            Ip = "192.0.2.9",
            Client = "convox.go/dev",
            RequestId = RandomNumberGenerator.GetHexString(12, lowercase: true),
            Org = "acme",
        };

    public static ValueTask<bool> MayAsync(this Acme acme, Caller caller, Operation operation, string app = "web") =>
        acme.Host.Get<IGate>().AllowsAsync(caller, operation, Resource.App("staging", app));
}
