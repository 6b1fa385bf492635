using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.AspNetCore.Tests.V3;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Tests.Callbacks;

public sealed class CallbackSecretTests
{
    private static readonly KeyValuePair<string, string?>[] Key = [new("Callbacks:SigningKey", "sixteen letters!")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_owner_has_one_of_its_own_that_stays()
    {
        await using var host = await JobsHost.StartAsync();

        var own = await SecretAsync(host, Tokens.Writer);

        Assert.StartsWith("whsec_", own, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(own["whsec_".Length..]).Length);
        Assert.Equal(own, await SecretAsync(host, Tokens.Writer));
        Assert.NotEqual(own, await SecretAsync(host, Tokens.OtherWriter));
    }

    [Fact]
    public async Task Without_a_key_every_store_has_others()
    {
        await using var one = await JobsHost.StartAsync();
        await using var other = await JobsHost.StartAsync();

        Assert.NotEqual(await SecretAsync(one, Tokens.Writer), await SecretAsync(other, Tokens.Writer));
    }

    [Fact]
    public async Task With_one_key_all_servers_have_the_same()
    {
        await using var one = await JobsHost.StartAsync(Key);
        await using var other = await JobsHost.StartAsync(Key);

        Assert.Equal(await SecretAsync(one, Tokens.Writer), await SecretAsync(other, Tokens.Writer));
    }

    [Fact]
    public async Task It_is_kept_by_no_cache_and_shown_to_nobody_who_may_not_read()
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.As(Tokens.Writer).GetAsync("/v3/callback_secret", Cancellation);
        var refused = await host.As(Tokens.Nobody).GetAsync("/v3/callback_secret", Cancellation);
        var unknown = await host.Client.GetAsync("/v3/callback_secret", Cancellation);

        Assert.Equal("no-store", answer.Header("Cache-Control"));
        await refused.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        await unknown.IsV3ErrorAsync(HttpStatusCode.Unauthorized, 10002, "CF-NotAuthenticated");
    }

    [Fact]
    public async Task A_key_that_is_too_short_stops_the_start_and_is_not_shown()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => JobsHost.StartAsync([new("Callbacks:SigningKey", "fifteen letters")]));

        Assert.Equal(["Callbacks:SigningKey has 15 characters; it can be any text of 16 or more, at random."], refused.Failures);
    }

    private static async Task<string> SecretAsync(JobsHost host, string token) =>
        (await host.As(token).GetJsonAsync("/v3/callback_secret")).Text("secret");
}
