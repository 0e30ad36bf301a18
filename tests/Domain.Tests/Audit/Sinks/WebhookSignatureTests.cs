using System.Text;
using Palisade.Domain.Audit.Sinks;

namespace Palisade.Domain.Tests.Audit.Sinks;

public sealed class WebhookSignatureTests
{
    // The example of the specification and its libraries (standardwebhooks.com).
    private const string Secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    [Fact]
    public void S12_The_signature_is_that_of_Standard_Webhooks_over_id_time_and_body()
    {
        var body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");
        var key = Convert.FromBase64String(Secret);

        Assert.Equal(Expected, Sign([key], 1614265330, body));
        Assert.NotEqual(Expected, Sign([key], 1614265331, body));
        Assert.NotEqual(Expected, Sign([key], 1614265330, [.. body, (byte)' ']));
        Assert.Equal($"{Expected} {Expected}", Sign([key, key], 1614265330, body));
        Assert.Equal("whsec_" + Secret, WebhookSignature.Write(key));
    }

    private static string Sign(byte[][] keys, long timestamp, byte[] body) =>
        WebhookSignature.Of(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp, body);
}
