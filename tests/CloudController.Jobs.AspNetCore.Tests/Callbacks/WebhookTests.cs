using System.Text;
using CloudController.Jobs.AspNetCore.Callbacks;

namespace CloudController.Jobs.AspNetCore.Tests.Callbacks;

public sealed class WebhookTests
{
    // The message that the libraries of standardwebhooks.com are tested with.
    [Fact]
    public void A_published_message_has_its_published_signature()
    {
        var secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        var timestamp = Webhook.Timestamp(DateTimeOffset.FromUnixTimeSeconds(1_614_265_330));
        var signature = Webhook.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp, Encoding.UTF8.GetBytes("""{"test": 2432232314}"""));

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
        Assert.Equal("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Webhook.SecretText(secret));
    }
}
