using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CsCheck;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §5, <c>Idempotency-Key</c>.</summary>
public sealed class IdempotencyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_key_and_values_are_the_same_job_also_after_it_ended()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);

        var first = await client.SubmitAsync("""{"operation":"app.delete","arguments":{"a":1,"b":"x"},"priority":1}""", "key one");
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());
        var again = await client.SubmitAsync("""{ "priority":1.0, "arguments":{"b":"\u0078","a":1e0}, "operation":"app.delete" }""", "key one");

        Assert.Equal(first.Text("guid"), again.Text("guid"));
        Assert.Equal(("COMPLETE", """{"a":1,"b":"x"}"""), (again.Text("state"), again.GetProperty("arguments").GetRawText()));
    }

    [Fact]
    public async Task Any_spelling_of_the_same_body_is_the_same_job()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);
        var number = 0;

        await Gen.Select(AnyJson.Any, Gen.Int, Gen.Int).SampleAsync(
            async (arguments, one, other) =>
            {
                var key = $"key-{number++}";
                var first = await client.SubmitAsync($$"""{"operation":"noop","arguments":{{arguments.Spell(new Random(one))}}}""", key);
                var again = await client.SubmitAsync($$"""{"arguments":{{arguments.Spell(new Random(other))}},"operation":"noop"}""", key);
                Assert.Equal(first.Text("guid"), again.Text("guid"));
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public async Task What_is_JSON_but_no_text_has_a_fingerprint_too()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);
        const string Job = """{"operation":"noop","arguments":{"\ud800":"\udc00","n":1e999999999999999999999,"m":-0.0,"\u0000":""}}""";

        var first = await client.SubmitAsync(Job, "k");
        var again = await client.SubmitAsync(Job, "k");
        var other = await client.PostAsync("/v3/jobs", Job.Replace("udc00", "udc01", StringComparison.Ordinal), "k");

        Assert.Equal(first.Text("guid"), again.Text("guid"));
        Assert.Equal("""{"\ud800":"\udc00","n":1e999999999999999999999,"m":-0.0,"\u0000":""}""", again.GetProperty("arguments").GetRawText());
        await other.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
    }

    [Theory]
    [InlineData("""{"operation":"noop","arguments":2}""")]
    [InlineData("""{"operation":"noop","arguments":1,"queue":"default"}""")]
    [InlineData("""{"operation":"other","arguments":1}""")]
    public async Task The_same_key_with_another_body_is_refused(string other)
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);
        await client.SubmitAsync("""{"operation":"noop","arguments":1}""", "k");

        var answer = await client.PostAsync("/v3/jobs", other, "k");

        Assert.Equal(
            "Idempotency-Key was used before for another submission",
            await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
    }

    [Fact]
    public async Task At_the_same_moment_one_key_makes_one_job()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);

        var jobs = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.SubmitAsync("""{"operation":"noop"}""", "k")));

        Assert.Single(jobs.Select(job => job.Text("guid")).Distinct());
    }

    [Fact]
    public async Task Keys_are_per_owner()
    {
        await using var host = await JobsHost.StartAsync();

        var one = await host.As(Tokens.Writer).SubmitAsync("""{"operation":"noop"}""", "k");
        var other = await host.As(Tokens.OtherWriter).SubmitAsync("""{"operation":"noop","queue":"q"}""", "k");

        Assert.NotEqual(one.Text("guid"), other.Text("guid"));
    }

    [Fact]
    public async Task A_refused_submission_keeps_no_key()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);

        var refused = await client.PostAsync("/v3/jobs", """{"operation":"noop","queue":""}""", "k");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        await client.SubmitAsync("""{"operation":"noop"}""", "k");
    }

    [Fact]
    public async Task Deleting_the_job_frees_its_key()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);
        var first = await client.SubmitAsync("""{"operation":"noop"}""", "k");
        await client.ActAsync($"/v3/jobs/{first.Text("guid")}/actions/cancel");
        await client.DeleteAsync($"/v3/jobs/{first.Text("guid")}", Cancellation);

        var second = await client.SubmitAsync("""{"operation":"noop","queue":"other"}""", "k");

        Assert.NotEqual(first.Text("guid"), second.Text("guid"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u00c3\u00a4")]
    [InlineData("\u00e4")]
    [InlineData("a\tb")]
    public async Task What_is_no_key_is_refused(string key)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.SendRawAsync(
            "POST /v3/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: bearer writer\r\nContent-Type: application/json\r\n"
            + $"Idempotency-Key: {key}\r\nContent-Length: 20\r\n\r\n{{\"operation\":\"noop\"}}");

        Assert.StartsWith("HTTP/1.1 422 ", answer, StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key must be 1 to 255 printable ASCII characters", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_has_at_most_255_characters()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);

        await client.SubmitAsync("""{"operation":"noop"}""", new string('~', 255));
        var refused = await client.PostAsync("/v3/jobs", """{"operation":"noop"}""", new string('~', 256));

        await refused.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
    }
}
