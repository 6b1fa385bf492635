using System.Net;
using System.Text;
using CloudController.Jobs.AspNetCore.RequestIds;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.AspNetCore.Tests.V3;
using CloudController.Jobs.Handlers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.AspNetCore.Tests.RequestIds;

/// <summary>Contract §3; facts §1, "Request id".</summary>
public sealed class RequestIdTests
{
    private const string Uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "^")]
    [InlineData("", "^")]
    [InlineData("   ", "^")]
    [InlineData("..::..", "^")]
    [InlineData("abc", "^abc::")]
    [InlineData("a::b", "^ab::")]
    [InlineData("A_z-09", "^A_z-09::")]
    [InlineData("a b\tc{d}\u00e9", "^abcd::")]
    [InlineData("\"><script>", "^script::")]
    public void An_id_is_the_cleaned_incoming_one_and_a_new_uuid(string? incoming, string expected)
    {
        var headers = new HeaderDictionary();
        if (incoming is not null)
            headers["X-Vcap-Request-ID"] = incoming;

        Assert.Matches(expected + Uuid, RequestId.For(headers));
    }

    [Fact]
    public void The_other_header_counts_where_the_first_brings_nothing()
    {
        Assert.StartsWith("other::", RequestId.For(new HeaderDictionary { ["X-Request-ID"] = "other" }), StringComparison.Ordinal);
        Assert.StartsWith("vcap::", RequestId.For(new HeaderDictionary { ["X-Request-ID"] = "other", ["X-VCAP-REQUEST-ID"] = "vcap" }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_id_is_cleaned_and_then_cut_at_255_characters()
    {
        var id = RequestId.For(new HeaderDictionary { ["X-Request-ID"] = new string('.', 300) + new string('a', 300) });

        Assert.Matches("^a{255}::" + Uuid, id);
    }

    [Fact]
    public void Ids_are_never_the_same()
    {
        Assert.Distinct(Enumerable.Range(0, 1_000).Select(_ => RequestId.For(new HeaderDictionary())));
    }

    [Theory]
    [InlineData("GET", "/v2/jobs/123", HttpStatusCode.OK)]
    [InlineData("POST", "/v2/jobs/123", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound)]
    [InlineData("GET", "/", HttpStatusCode.OK)]
    [InlineData("GET", "/fails", HttpStatusCode.InternalServerError)]
    public async Task Every_answer_has_one_and_so_has_each_of_its_log_lines(string method, string path, HttpStatusCode status)
    {
        await using var host = await JobsHost.StartAsync(routes: app => app.MapGet("/fails", (HttpContext _) => throw new InvalidOperationException()));
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "X-Vcap-Request-Id", "mine" } } };

        var answer = await host.Client.SendAsync(request, Cancellation);

        Assert.Equal(status, answer.StatusCode);
        var id = answer.Header("X-VCAP-Request-ID");
        Assert.Matches("^mine::" + Uuid, id);
        var routing = host.Log.All.Where(line => line.Category.StartsWith("Microsoft.AspNetCore.Routing", StringComparison.Ordinal)
            && line.Scope.ContainsKey("RequestId")).ToList();
        Assert.NotEmpty(routing);
        Assert.All(routing, line => Assert.Equal(id, line.Scope["RequestId"]));
        if (status == HttpStatusCode.InternalServerError)
            Assert.Equal(id, Assert.Single(host.Log.All, line => line.Level == LogLevel.Error).Scope["RequestId"]);
    }

    [Fact]
    public async Task What_a_job_logs_when_it_runs_bears_the_id_of_the_request_that_submitted_it()
    {
        await using var host = await JobsHost.StartAsync([new("Worker:Enabled", "true")], services: services => services.AddSingleton(
            new HandlerRegistration("fails", _ => null, (_, _, _) => throw new InvalidOperationException())));
        using var content = new StringContent("""{"operation":"fails"}""", Encoding.UTF8, "application/json");
        using var submit = new HttpRequestMessage(HttpMethod.Post, "/v3/jobs") { Content = content, Headers = { { "X-Vcap-Request-Id", "mine" } } };

        var accepted = await host.As(Tokens.Writer).SendAsync(submit, Cancellation);
        var guid = (await accepted.JsonAsync()).Text("guid");
        string status;
        do
            status = (await (await host.Client.GetAsync($"/v2/jobs/{guid}", "Prefer", "wait=60")).JsonAsync()).GetProperty("entity").Text("status");
        while (status != "failed");

        var line = Assert.Single(host.Log.All, line => line.Level == LogLevel.Error);
        Assert.Equal(accepted.Header("X-VCAP-Request-ID"), line.Scope["RequestId"]);
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c")]
    [InlineData("nonsense", null)]
    [InlineData(null, null)]
    public async Task The_trace_of_a_request_is_that_which_it_came_with(string? traceParent, string? traceId)
    {
        string? seen = null;
        await using var host = await JobsHost.StartAsync(routes: app => app.MapGet("/trace", (HttpContext context) =>
        {
            seen = context.TraceParent();
            return Task.CompletedTask;
        }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/trace");
        if (traceParent is not null)
            request.Headers.Add("traceparent", traceParent);

        await host.Client.SendAsync(request, Cancellation);

        if (traceId is null)
            Assert.True(seen is null || !seen.Contains("nonsense", StringComparison.Ordinal));
        else
            Assert.Contains(traceId, seen, StringComparison.Ordinal);
    }
}
