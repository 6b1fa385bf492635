using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.AspNetCore.Tests.Errors;

/// <summary>Contract §3: whatever goes wrong, the outside sees a catalogue error.</summary>
public sealed class RequestBorderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/v3/nowhere")]
    [InlineData("/v3/jobs/x/nowhere")]
    [InlineData("/v4")]
    [InlineData("/v23/jobs/x")]
    [InlineData("/.git/config")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/v3/%c0%af")]
    [InlineData("/%3Cscript%3E")]
    public async Task An_unknown_path_is_not_found_without_asking_for_a_token(string path)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.Client.GetAsync(path, Cancellation);

        Assert.Equal("Unknown request", await answer.IsV3ErrorAsync(HttpStatusCode.NotFound, 10000, "CF-NotFound"));
    }

    [Theory]
    [InlineData("/v2")]
    [InlineData("/v2/")]
    [InlineData("/v2/jobs")]
    [InlineData("/v2/jobs/")]
    [InlineData("/v2/jobs/x/y")]
    [InlineData("/v2/nowhere")]
    public async Task Below_v2_it_has_v2s_shape(string path)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.Client.GetAsync(path, Cancellation);

        await answer.IsV2ErrorAsync(HttpStatusCode.NotFound, 10000, "CF-NotFound");
        Assert.Equal(
            """
            {
              "description": "Unknown request",
              "error_code": "CF-NotFound",
              "code": 10000
            }
            """,
            await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_fault_is_an_unknown_error_and_nothing_of_it_gets_out()
    {
        await using var host = await JobsHost.StartAsync(routes: app => app.MapGet("/fails", (HttpContext context) =>
        {
            context.Response.Headers["X-Secret"] = "secret";
            throw new InvalidOperationException("secret");
        }));

        var answer = await host.Client.GetAsync("/fails", Cancellation);

        Assert.Equal("An unknown error occurred.", await answer.IsV3ErrorAsync(HttpStatusCode.InternalServerError, 10001, "UnknownError"));
        Assert.Null(answer.Header("X-Secret"));
        Assert.Equal("secret", Assert.Single(host.Log.All, line => line.Level == LogLevel.Error).Exception!.Message);
    }

    [Fact]
    public async Task Below_v2_a_fault_has_the_seeds_words()
    {
        await using var host = await JobsHost.StartAsync(routes: app => app.MapGet("/v2/fails", (HttpContext _) => throw new InvalidOperationException("secret")));

        var answer = await host.Client.GetAsync("/v2/fails", Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(
            """
            {
              "description": "An unknown error occurred.",
              "error_code": "UnknownError",
              "code": 10001
            }
            """,
            await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_store_out_of_reach_is_503_and_when_to_try_again()
    {
        await using var host = await JobsHost.StartAsync(routes: app =>
            app.MapGet("/fails", (HttpContext _) => throw new StoreUnavailableException("/secret/path is full", new IOException("secret"))));

        var answer = await host.Client.GetAsync("/fails", Cancellation);

        Assert.DoesNotContain("secret", await answer.IsV3ErrorAsync(HttpStatusCode.ServiceUnavailable, 10015, "CF-ServiceUnavailable"), StringComparison.Ordinal);
        Assert.Equal("5", answer.Header("Retry-After"));
    }

    [Theory]
    [InlineData(400, 1001, "CF-MessageParseError")]
    [InlineData(401, 10002, "CF-NotAuthenticated")]
    [InlineData(403, 10003, "CF-NotAuthorized")]
    [InlineData(404, 10000, "CF-NotFound")]
    [InlineData(405, 900006, "CF-MethodNotAllowed")]
    [InlineData(409, 10001, "UnknownError")]
    [InlineData(413, 900007, "CF-RequestTooLarge")]
    [InlineData(415, 900008, "CF-UnsupportedMediaType")]
    [InlineData(418, 10001, "UnknownError")]
    [InlineData(429, 10013, "CF-RateLimitExceeded")]
    [InlineData(500, 10001, "UnknownError")]
    [InlineData(503, 10015, "CF-ServiceUnavailable")]
    public async Task A_bare_status_gets_a_body(int status, int code, string title)
    {
        await using var host = await JobsHost.StartAsync(routes: app => app.MapGet("/bare", (HttpContext context) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }));

        await (await host.Client.GetAsync("/bare", Cancellation)).IsV3ErrorAsync((HttpStatusCode)status, code, title);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var host = await JobsHost.StartAsync(routes: app => app.MapPost("/reads", async (HttpContext context) =>
        {
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = 10;
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }));

        var answer = await host.Client.PostAsync("/reads", new StringContent("more than ten bytes"), Cancellation);

        await answer.IsV3ErrorAsync(HttpStatusCode.RequestEntityTooLarge, 900007, "CF-RequestTooLarge");
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused()
    {
        await using var host = await JobsHost.StartAsync(routes: app => app.MapPost("/reads", () => TypedResults.StatusCode(415)).Accepts<string>("application/json"));

        var answer = await host.Client.PostAsync("/reads", new StringContent("<x/>", Encoding.UTF8, "application/xml"), Cancellation);

        await answer.IsV3ErrorAsync(HttpStatusCode.UnsupportedMediaType, 900008, "CF-UnsupportedMediaType");
    }

    [Fact]
    public async Task A_problem_fills_the_catalogues_message_and_may_be_called_by_any_of_its_names()
    {
        await using var host = await JobsHost.StartAsync(routes: app =>
        {
            app.MapGet("/unprocessable", () => CloudControllerProblem.Unprocessable("It's \"so\" < so & so."));
            app.MapGet("/not-in-it", () => new CloudControllerProblem("NoSuchName", "x"));
        });

        var answer = await host.Client.GetAsync("/unprocessable", Cancellation);
        Assert.Equal("It's \"so\" < so & so.", await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        Assert.Equal(
            """{"errors":[{"detail":"It's \"so\" < so & so.","title":"CF-UnprocessableEntity","code":10008}]}""",
            await answer.Content.ReadAsStringAsync(Cancellation));
        await (await host.Client.GetAsync("/not-in-it", Cancellation)).IsV3ErrorAsync(HttpStatusCode.InternalServerError, 10001, "UnknownError");
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_cut_off()
    {
        await using var host = await JobsHost.StartAsync(routes: app => app.MapGet("/begins", async (HttpContext context) =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("begun", context.RequestAborted);
            throw new InvalidOperationException("secret");
        }));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => host.Client.GetAsync("/begins", Cancellation));
    }

    [Theory]
    [InlineData("GET /v3/nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET //v2//jobs//x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /v2/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /nowhere?%00=%ZZ&&== HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /nowhere HTTP/1.0\r\n\r\n", "404")]
    [InlineData("GET http://elsewhere.example/nowhere HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("BREW /v3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "405")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "405")]
    [InlineData("POST /v3 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "405")]
    public async Task Odd_requests_get_catalogue_errors(string request, string status)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.SendRawAsync(request);

        Assert.Contains(' ' + status + ' ', answer.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("\"code\":", answer, StringComparison.Ordinal);
        Assert.Contains("X-VCAP-Request-ID: ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /v2/jobs/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v2/jobs/x HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v2/jobs/x HTTP/1.1\r\nHost: x\r\nX-Request-ID: a\0b\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /v2/jobs/x HTTP/1.1\r\nConnection: close\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task What_is_no_request_is_refused_by_the_server_itself_and_says_nothing(string request)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.SendRawAsync(request);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization: bearer \u00ff\u00fe")]
    [InlineData("authorization: \u00c3")]
    [InlineData("X-Vcap-Request-Id: \u00ff\u00fe")]
    [InlineData("x-request-id: \u00e9")]
    [InlineData("Prefer: wait=\u00e9")]
    [InlineData("If-None-Match: \"\u00e9\"")]
    public async Task What_is_cleaned_or_ignored_may_have_any_bytes(string header)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.SendRawAsync($"GET /v2/jobs/x HTTP/1.1\r\nHost: x\r\n{header}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_that_go_amid_their_bodies_are_no_fault_of_ours(bool reset)
    {
        const int clients = 20;
        const int HeartbeatSlow = 22; // id of Kestrel's log line
        int[] endings = [3001, 3003, 3006]; // failed, could not be read, client gone
        var host = await JobsHost.StartAsync();
        await using (host)
        {
            for (var client = 0; client < clients; client++)
            {
                using var socket = new TcpClient { LingerState = new LingerOption(reset, 0) };
                await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port, Cancellation);
                var stream = socket.GetStream();
                await stream.WriteAsync(
                    Encoding.ASCII.GetBytes("POST /v3/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: bearer writer\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n"),
                    Cancellation);
                await stream.ReadExactlyAsync(new byte["HTTP/1.1 100 Continue\r\n\r\n".Length], Cancellation); // it reads the body from now on
                await stream.WriteAsync("{"u8.ToArray(), Cancellation);
            }

            await host.Log.WaitForAsync(endings, clients);
        }

        // Kestrel warns of a machine that stood still for a moment, too.
        Assert.DoesNotContain(host.Log.All, line => line.Level >= LogLevel.Warning && line.EventId != HeartbeatSlow);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(7_000)]
    public async Task Long_urls_are_an_answer_or_a_plain_refusal(int length)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.Client.GetAsync("/v2/jobs/" + new string('x', length), Cancellation);

        Assert.Equal(length > 8_000 ? HttpStatusCode.RequestUriTooLong : HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Routes_have_a_border_of_their_own_where_the_app_has_none()
    {
        await using var host = await JobsHost.StartAsync([new("Jobs:UnknownGuid", "notFound")], pipeline: app => app.UseRouting());

        await (await host.Client.GetAsync("/v2/jobs/x", Cancellation)).IsV2ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound");
        var elsewhere = await host.Client.GetAsync("/elsewhere", Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, null), (elsewhere.StatusCode, elsewhere.Header("X-VCAP-Request-ID")));
    }
}
