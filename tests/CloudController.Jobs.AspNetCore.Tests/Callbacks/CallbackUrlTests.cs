using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.AspNetCore.Tests.V3;

namespace CloudController.Jobs.AspNetCore.Tests.Callbacks;

/// <summary>Contract §5: at submit scheme, user info and literal addresses are checked, and no name server is asked.</summary>
public sealed class CallbackUrlTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string NoUrl = "callback_url must be an absolute http or https URL without user info";
    private const string Private = "callback_url must not have a private address";

    [Theory]
    [InlineData("/hook", NoUrl)]
    [InlineData("hook.example.com", NoUrl)]
    [InlineData("ftp://hook.example.com", NoUrl)]
    [InlineData("file:///etc/passwd", NoUrl)]
    [InlineData("javascript:alert(1)", NoUrl)]
    [InlineData("http://", NoUrl)]
    [InlineData("http:///hook", NoUrl)]
    [InlineData("https://user@hook.example.com", NoUrl)]
    [InlineData("https://user:password@hook.example.com", NoUrl)]
    [InlineData(" https://hook.example.com", NoUrl)]
    [InlineData("https://hook.example.com\\\\@127.0.0.1", NoUrl)]
    [InlineData("https://hook.example.com/\\u0007", NoUrl)]
    [InlineData("https://xn--ü", NoUrl)]
    [InlineData("http://127.0.0.1:8181/v3/jobs", Private)]
    [InlineData("http://127.1", Private)]
    [InlineData("http://2130706433", Private)]
    [InlineData("http://0x7f.1", Private)]
    [InlineData("http://0.0.0.0", Private)]
    [InlineData("http://10.1.2.3", Private)]
    [InlineData("http://169.254.169.254/latest/meta-data", Private)]
    [InlineData("http://100.64.0.1", Private)]
    [InlineData("http://224.0.0.1", Private)]
    [InlineData("http://[::1]", Private)]
    [InlineData("http://[::ffff:10.0.0.1]", Private)]
    [InlineData("http://[64:ff9b::10.0.0.1]", Private)]
    [InlineData("http://[fe80::1]", Private)]
    public async Task A_bad_one_is_refused_by_name(string url, string detail)
    {
        var client = shared.Host.As(Tokens.Writer);

        var single = await client.PostAsync("/v3/jobs", Job(url));
        var bulk = await client.PostAsync("/v3/jobs/actions/bulk", $$"""{"jobs":[{"operation":"a"},{{Job(url)}}]}""");

        Assert.Equal(detail, await single.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        Assert.Equal("jobs[1]." + detail, await bulk.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
    }

    [Theory]
    [InlineData("https://hook.example.com/a?b=c#d")]
    [InlineData("HTTP://HOOK.example.com:8080")]
    [InlineData("http://localhost")]
    [InlineData("https://bücher.example")]
    [InlineData("http://8.8.8.8:81/")]
    [InlineData("http://[2606:4700::1111]/")]
    public async Task A_good_one_comes_back_as_it_was_sent(string url)
    {
        var client = shared.Host.As(Tokens.Writer);

        var job = await client.SubmitAsync(Job(url));

        Assert.Equal(url, job.Text("callback_url"));
        Assert.Equal(url, (await client.GetJsonAsync($"/v3/jobs/{job.Guid()}")).Text("callback_url"));
    }

    [Fact]
    public async Task It_is_taken_up_to_its_length_and_no_further()
    {
        var client = shared.Host.As(Tokens.Writer);
        var longest = "https://hook.example.com/".PadRight(2_048, 'a');

        await client.SubmitAsync(Job(longest));
        var refused = await client.PostAsync("/v3/jobs", Job(longest + "a"));

        Assert.Equal(
            "callback_url must be Unicode text of 1 to 2048 characters",
            await refused.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
    }

    [Theory]
    [InlineData("true", "10.1.2.3", HttpStatusCode.Accepted)]
    [InlineData("false", "10.1.2.3", HttpStatusCode.UnprocessableEntity)]
    [InlineData("true", "10.1.2.4", HttpStatusCode.UnprocessableEntity)]
    [InlineData("true", "*", HttpStatusCode.UnprocessableEntity)]
    public async Task A_private_address_must_be_listed_and_private_networks_allowed(string allowed, string listed, HttpStatusCode status)
    {
        await using var host = await JobsHost.StartAsync([new("Http:AllowPrivateNetworks", allowed), new("Http:AllowedHosts:0", listed)]);

        var answer = await host.As(Tokens.Writer).PostAsync("/v3/jobs", Job("http://10.1.2.3/hook"));

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Only_its_owner_and_those_who_read_everything_see_it_not_who_does_the_job()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.As(Tokens.Writer).SubmitAsync("""{"operation":"app.delete","callback_url":"https://hook.example.com/secret"}""");
        var path = $"/v3/jobs/{job.Guid()}";

        var leased = await host.As(Tokens.Worker).PostAsync("/v3/leases", """{"worker":"w","operations":["app.delete"]}""");

        Assert.Equal("https://hook.example.com/secret", (await host.As(Tokens.Auditor).GetJsonAsync(path)).Text("callback_url"));
        Assert.DoesNotContain("hook.example.com", (await host.As(Tokens.OtherWriter).GetJsonAsync(path)).GetRawText(), StringComparison.Ordinal);
        var lease = Assert.Single((await leased.JsonAsync()).GetProperty("resources").EnumerateArray());
        Assert.Equal("app.delete", lease.GetProperty("job").Text("operation"));
        Assert.DoesNotContain("hook.example.com", lease.GetRawText(), StringComparison.Ordinal);
        var completed = await host.As(Tokens.Worker).PostAsync($"/v3/leases/{lease.Text("lease")}/actions/complete", "{}");
        Assert.Equal(HttpStatusCode.OK, completed.StatusCode);
        Assert.DoesNotContain("hook.example.com", (await completed.JsonAsync()).GetRawText(), StringComparison.Ordinal);
    }

    private static string Job(string url) => $$"""{"operation":"a","callback_url":"{{url}}"}""";
}
