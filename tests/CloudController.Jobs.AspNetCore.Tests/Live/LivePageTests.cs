using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.Live;

/// <summary><c>GET /jobs/:guid</c>: the open facts of v2 for a person (contract §4, §5).</summary>
public sealed class LivePageTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly JobsHost host = shared.Host;

    [Fact]
    public async Task Shows_state_and_when_the_job_was_made_to_anyone_with_the_link()
    {
        var job = await host.SubmitAsync();

        using var answer = await GetAsync($"/jobs/{job.Guid}");
        var page = await PageAsync(answer);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("<h1>Queued</h1>", page, StringComparison.Ordinal);
        Assert.Contains($"{job.Guid}", page, StringComparison.Ordinal);
        Assert.Contains($"<time datetime=\"{job.CreatedAt:yyyy-MM-ddTHH:mm:ssZ}\">", page, StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Fact]
    public async Task Shows_nothing_that_v2_would_not()
    {
        await using var fresh = await JobsHost.StartAsync();
        await fresh.SubmitAsync(job => job with
        {
            Arguments = """{"a":"secret-argument"}"""u8.ToArray(),
            Queue = "secret-queue",
            Metadata = new JobMetadata([new("secret-label", "x")], []),
        });
        var run = await fresh.ClaimAsync();
        await fresh.ReportAsync(run, new JobProgress(40, "secret-progress"), ["secret-warning"], "secret-log");

        using var answer = await fresh.Client.GetAsync($"/jobs/{run.Job.Guid}", TestContext.Current.CancellationToken);
        var page = await PageAsync(answer);

        Assert.Contains("<h1>Running</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", page, StringComparison.Ordinal);
        Assert.DoesNotContain(StoredJobs.Operation, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_the_catalogue_error_of_a_failed_job_encoded()
    {
        var error = new JobError(100004, "CF-AppNotFound", "The app could not be found: <script>alert(1)</script>\"'&");
        await using var fresh = await JobsHost.StartAsync();
        var job = await fresh.RunAsync(new RunEnd.Failed([error]) { Final = true });

        using var answer = await fresh.Client.GetAsync($"/jobs/{job.Guid}", TestContext.Current.CancellationToken);
        var page = await PageAsync(answer);

        Assert.Contains("<h1>Failed</h1>", page, StringComparison.Ordinal);
        Assert.Contains("CF-AppNotFound", page, StringComparison.Ordinal);
        Assert.Contains("100004", page, StringComparison.Ordinal);
        Assert.Contains("The app could not be found: &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Equal("public, max-age=5", answer.Header("Cache-Control"));
        Assert.Null(answer.Header("Retry-After"));
    }

    [Fact]
    public async Task Reloads_without_a_script_when_it_makes_sense_to_ask_again()
    {
        var job = await host.SubmitAsync();

        using var answer = await GetAsync($"/jobs/{job.Guid}");

        var refresh = $"<noscript><meta http-equiv=\"refresh\" content=\"{answer.Header("Retry-After")}\"></noscript>";
        Assert.Contains(refresh, await PageAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_reload_once_the_job_has_ended()
    {
        await using var fresh = await JobsHost.StartAsync();
        var job = await fresh.RunAsync(new RunEnd.Finished());

        using var answer = await fresh.Client.GetAsync($"/jobs/{job.Guid}", TestContext.Current.CancellationToken);
        var page = await PageAsync(answer);

        Assert.Contains("<h1>Finished</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv=\"refresh\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-again", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_not_sent_again_to_one_who_has_it()
    {
        var job = await host.SubmitAsync();
        using var first = await GetAsync($"/jobs/{job.Guid}");

        using var second = await GetAsync($"/jobs/{job.Guid}", request => request.Headers.TryAddWithoutValidation("If-None-Match", first.Header("ETag")));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(first.Header("ETag"), second.Header("ETag"));
    }

    [Fact]
    public async Task Is_held_back_until_there_is_news()
    {
        var job = await host.SubmitAsync(job => job with { Queue = "news" });
        using var first = await GetAsync($"/jobs/{job.Guid}");
        var logged = host.Log.All.Count(line => line.EventId == 3007);

        var waiting = GetAsync($"/jobs/{job.Guid}", request =>
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", first.Header("ETag"));
            request.Headers.Add("Prefer", "wait=60");
        });
        await host.Log.WaitForAsync(3007, logged + 1);
        await host.Store.CancelAsync(job.Guid, TestContext.Current.CancellationToken);

        using var answer = await waiting;
        Assert.Contains("<h1>Failed</h1>", await PageAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01234567-89ab-7cde-8f01-23456789abcd")]
    [InlineData("no-guid")]
    [InlineData("%3Cscript%3E")]
    public async Task Says_of_a_guid_that_is_not_held_that_nothing_is_known(string guid)
    {
        using var answer = await GetAsync($"/jobs/{guid}");
        var page = await PageAsync(answer);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("Nothing is known of this job", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Fact]
    public async Task Is_a_404_for_a_guid_that_is_not_held_where_v2_is()
    {
        await using var strict = await JobsHost.StartAsync([new("Jobs:UnknownGuid", "notFound")]);

        using var answer = await strict.Client.GetAsync($"/jobs/{Guid.NewGuid()}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("Nothing is known of this job", await PageAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_HEAD_with_the_same_headers()
    {
        var job = await host.SubmitAsync();
        using var get = await GetAsync($"/jobs/{job.Guid}");

        using var head = await GetAsync($"/jobs/{job.Guid}", request => request.Method = HttpMethod.Head);

        Assert.Equal(get.Header("Content-Length"), head.Header("Content-Length"));
        Assert.Equal(get.Header("ETag"), head.Header("ETag"));
    }

    [Fact]
    public async Task Loads_nothing_from_elsewhere_runs_no_other_script_and_stands_in_no_frame()
    {
        var job = await host.SubmitAsync();

        using var answer = await GetAsync($"/jobs/{job.Guid}");

        const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        Assert.Equal(Policy, answer.Header("Content-Security-Policy"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }

    [Fact]
    public async Task Its_files_are_kept_for_good_under_the_address_that_it_names()
    {
        var page = await PageAsync($"/jobs/{(await host.SubmitAsync()).Guid}");
        var address = page[(page.IndexOf("href=\"/jobs/assets/ccjobs.css", StringComparison.Ordinal) + 6)..];

        using var answer = await GetAsync(address[..address.IndexOf('"', StringComparison.Ordinal)]);

        Assert.Equal("text/css; charset=utf-8", answer.Header("Content-Type"));
        Assert.Equal("public, max-age=31536000, immutable", answer.Header("Cache-Control"));
    }

    [Fact]
    public async Task Needs_a_token_with_the_scope_where_v2_does()
    {
        await using var closed = await JobsHost.StartAsync([new("Jobs:V2Authentication", "required")]);
        var job = await closed.SubmitAsync();

        using var nobody = await closed.Client.GetAsync($"/jobs/{job.Guid}", TestContext.Current.CancellationToken);
        using var unscoped = await closed.As(Tokens.Nobody).GetAsync($"/jobs/{job.Guid}", TestContext.Current.CancellationToken);
        using var reader = await closed.As(Tokens.Reader).GetAsync($"/jobs/{job.Guid}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.DoesNotContain("Queued", await PageAsync(nobody), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, unscoped.StatusCode);
        Assert.Equal(HttpStatusCode.OK, reader.StatusCode);
    }

    [Fact]
    public async Task Counts_against_the_limit_of_the_client_address()
    {
        await using var limited = await JobsHost.StartAsync([new("RateLimit:Enabled", "true"), new("RateLimit:OpenPerSecond", "1")]);

        using var answer = await limited.Client.GetAsync($"/jobs/{Guid.NewGuid()}", TestContext.Current.CancellationToken);

        Assert.Equal("4", answer.Header("X-RateLimit-Limit"));
    }

    private static async Task<string> PageAsync(HttpResponseMessage answer)
    {
        Assert.Equal("text/html; charset=utf-8", answer.Header("Content-Type"));
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> PageAsync(string path)
    {
        using var answer = await GetAsync(path);
        return await PageAsync(answer);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        change?.Invoke(request);
        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
