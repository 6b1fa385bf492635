using System.Net;
using System.Text;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>What <c>POST /v3/jobs</c> refuses, and how it says so (contract §5). A refused submission keeps nothing.</summary>
public sealed class RefusedSubmitTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Name = "must be a string of 1 to 128 characters of 'a' to 'z', '0' to '9', '_', '.' and '-'";
    private const string Time = "must be a time as 'YYYY-MM-DDThh:mm:ssZ', or with an offset such as '+02:00', from 1970 to 9999";
    private const string Link = "must be an absolute http or https URL without user info, or a path that begins with one '/'";

    [Theory]
    [InlineData("{}", "operation is required")]
    [InlineData("[]", "The request body must be a JSON object")]
    [InlineData("null", "The request body must be a JSON object")]
    [InlineData("7", "The request body must be a JSON object")]
    [InlineData("""{"operation":null}""", "operation " + Name)]
    [InlineData("""{"operation":""}""", "operation " + Name)]
    [InlineData("""{"operation":"App.Delete"}""", "operation " + Name)]
    [InlineData("""{"operation":"a b"}""", "operation " + Name)]
    [InlineData("""{"operation":"\ud800"}""", "operation " + Name)]
    [InlineData("""{"operation":["a"]}""", "operation " + Name)]
    [InlineData("""{"operation":"a","queue":5}""", "queue " + Name)]
    [InlineData("""{"operation":"a","queue":"ä"}""", "queue " + Name)]
    [InlineData("""{"operation":"a","priority":"1"}""", "priority must be a whole number from -1000 to 1000")]
    [InlineData("""{"operation":"a","priority":1001}""", "priority must be a whole number from -1000 to 1000")]
    [InlineData("""{"operation":"a","priority":1.5}""", "priority must be a whole number from -1000 to 1000")]
    [InlineData("""{"operation":"a","priority":1e400}""", "priority must be a whole number from -1000 to 1000")]
    [InlineData("""{"operation":"a","max_attempts":0}""", "max_attempts must be a whole number from 1 to 100")]
    [InlineData("""{"operation":"a","max_attempts":101}""", "max_attempts must be a whole number from 1 to 100")]
    [InlineData("""{"operation":"a","timeout_seconds":0}""", "timeout_seconds must be a whole number from 1 to 2592000")]
    [InlineData("""{"operation":"a","timeout_seconds":2592001}""", "timeout_seconds must be a whole number from 1 to 2592000")]
    [InlineData("""{"operation":"a","run_at":"tomorrow"}""", "run_at " + Time)]
    [InlineData("""{"operation":"a","run_at":1770000000}""", "run_at " + Time)]
    [InlineData("""{"operation":"a","expires_at":"2026-02-29T00:00:00Z"}""", "expires_at " + Time)]
    [InlineData("""{"operation":"a","backoff":7}""", "backoff must be an object")]
    [InlineData("""{"operation":"a","backoff":{"factor":0.5}}""", "backoff.factor must be a number from 1 to 100")]
    [InlineData("""{"operation":"a","backoff":{"initial_seconds":-1}}""", "backoff.initial_seconds must be a number from 0 to 86400")]
    [InlineData("""{"operation":"a","backoff":{"max_seconds":"9"}}""", "backoff.max_seconds must be a number from 0 to 604800")]
    [InlineData("""{"operation":"a","resource":"x"}""", "resource must be an object")]
    [InlineData("""{"operation":"a","resource":{}}""", "resource.type is required, resource.guid is required")]
    [InlineData("""{"operation":"a","resource":{"type":"self","guid":"g"}}""",
        "resource.type must be of letters, digits, '_', '.' and '-', and not 'self'")]
    [InlineData("""{"operation":"a","resource":{"type":"app","guid":"a\nb"}}""", "resource.guid must not have control characters")]
    [InlineData("""{"operation":"a","resource":{"type":"app","guid":"g","url":"javascript:alert(1)"}}""", "resource.url " + Link)]
    [InlineData("""{"operation":"a","resource":{"type":"app","guid":"g","url":"//evil.example"}}""", "resource.url " + Link)]
    [InlineData("""{"operation":"a","resource":{"type":"app","guid":"g","url":"/\\evil.example"}}""", "resource.url " + Link)]
    [InlineData("""{"operation":"a","resource":{"type":"app","guid":"g","url":"https://user@example.org"}}""", "resource.url " + Link)]
    [InlineData("""{"operation":"a","metadata":[]}""", "metadata must be an object")]
    [InlineData("""{"operation":"a","metadata":{"labels":"x"}}""", "metadata.labels must be an object")]
    [InlineData("""{"operation":"a","metadata":{"labels":{"-a":"b"}}}""",
        "metadata.labels '-a' has a key that starts or ends with an invalid character")]
    [InlineData("""{"operation":"a","metadata":{"labels":{"a":"b c"}}}""", "metadata.labels 'a' has invalid characters in its value")]
    [InlineData("""{"operation":"a","metadata":{"labels":{"a":1}}}""", "metadata.labels 'a' must be Unicode text")]
    [InlineData("""{"operation":"a","metadata":{"labels":{"a/b/c":"d"}}}""", "metadata.labels 'a/b/c' has more than one '/' in its key")]
    [InlineData("""{"operation":"a","metadata":{"labels":{"cloudfoundry.org/b":"d"}}}""",
        "metadata.labels 'cloudfoundry.org/b' has the prefix 'cloudfoundry.org', which is reserved")]
    [InlineData("""{"operation":"a","metadata":{"labels":{"-x-/b":"d"}}}""", "metadata.labels '-x-/b' has a prefix that is no DNS name")]
    [InlineData("""{"operation":"a","metadata":{"labels":{"a":"b","\u0061":"c"}}}""", "metadata.labels 'a' is given more than once")]
    [InlineData("""{"operation":"a","metadata":{"annotations":{"a":"\u0000"}}}""", "metadata.annotations 'a' has a value with U+0000 in it")]
    [InlineData("""{"operation":"a","metadata":{"annotations":{"a":"\udc00"}}}""", "metadata.annotations 'a' must be Unicode text")]
    [InlineData("""{"operation":"a","Queue":"b"}""", "Unknown field(s): 'Queue'")]
    [InlineData("""{"operation":"a","after":[],"after_failure":"run","parent":"p","unique":{},"concurrency":{},"lease":"l"}""",
        "Unknown field(s): 'after', 'after_failure', 'parent', 'unique', 'concurrency', 'lease'")]
    [InlineData("""{"operation":"a","idempotency_key":"k"}""", "Unknown field(s): 'idempotency_key'")]
    [InlineData("""{"operation":"a","\u006fperation":"b"}""", "operation is given more than once")]
    [InlineData("""{"operation":"a","\ud800":1,"<script>":2}""", "Unknown field(s): '\ufffd\ufffd\ufffd', '<script>'")]
    [InlineData("""{"operation":"a","aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa😀bbbb":1}""",
        "Unknown field(s): 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\ufffd…'")]
    [InlineData("""{"operation":"a","operation":"b"}""", "operation is given more than once")]
    [InlineData("""{"operation":"a","arguments":1,"\u0061rguments":2}""", "arguments is given more than once")]
    [InlineData("""{"operation":"a","backoff":{"factor":2,"factor":3,"x":{"y":[1]}}}""",
        "Unknown field(s): 'backoff.x', backoff.factor is given more than once")]
    [InlineData("""{"queue":"B","x":[{}],"max_attempts":{"a":[]},"y":1}""",
        "Unknown field(s): 'x', 'y', queue " + Name + ", max_attempts must be a whole number from 1 to 100, operation is required")]
    public async Task A_bad_field_is_named(string body, string detail)
    {
        var host = shared.Host;

        var answer = await host.As(Tokens.Writer).PostAsync("/v3/jobs", body);

        Assert.Equal(detail, await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        await IsEmptyAsync(host);
    }

    [Fact]
    public async Task What_has_a_length_is_taken_up_to_it_and_no_further()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);
        var labels = string.Join(',', Enumerable.Range(0, 50).Select(number => $"\"key{number}\":\"{new string('v', 63)}\""));
        var emoji = string.Concat(Enumerable.Repeat("😀", 5_000));
        var annotations = string.Join(',', Enumerable.Range(0, 200).Select(number => $"\"{new string('p', 63)}.example/{number}\":\"{emoji}\""));
        string Job(string labels, string annotations, int operation = 128, int guid = 255) =>
            $$"""
            {"operation":"{{new string('o', operation)}}","resource":{"type":"app","guid":"{{emoji[..(2 * guid)]}}"},
            "metadata": { "labels": { {{labels}} }, "annotations": { {{annotations}} } } }
            """;

        await client.SubmitAsync(Job(labels, annotations));
        var tooLong = annotations.Replace("😀\"", "😀v\"", StringComparison.Ordinal);
        var refused = await client.PostAsync("/v3/jobs", Job(labels + ",\"one\":\"\"", tooLong + ",\"one\":\"\"", 129, 256));

        var detail = await refused.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
        Assert.Contains("operation must", detail, StringComparison.Ordinal);
        Assert.Contains("resource.guid must be Unicode text of 1 to 255 characters", detail, StringComparison.Ordinal);
        Assert.Contains("metadata.labels has more than 50 entries", detail, StringComparison.Ordinal);
        Assert.Contains("has a value of more than 5000 characters", detail, StringComparison.Ordinal);
        Assert.EndsWith(" more", detail, StringComparison.Ordinal);
        Assert.InRange(detail.Length, 1, 10_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{\"operation\":\"a\"")]
    [InlineData("{\"operation\":\"a\",}")]
    [InlineData("{\"operation\":\"a\"} x")]
    [InlineData("{\"operation\":\"a\"}{}")]
    [InlineData("{'operation':'a'}")]
    [InlineData("{\"operation\":\"a\"/**/}")]
    [InlineData("{\"operation\":\"a\",\"arguments\":01}")]
    [InlineData("{\"operation\":\"a\",\"arguments\":NaN}")]
    [InlineData("{\"operation\":\"a\",\"arguments\":\"\\x\"}")]
    [InlineData("{\"operation\":\"a\",\"arguments\":\"\0\"}")]
    [InlineData("\u00ef\u00bb\u00bf{\"operation\":\"a\"}")]
    [InlineData("{\"operation\":\"a\",\"arguments\":\"\u00ff\"}")]
    [InlineData("{\"operation\":\"a\",\"arguments\":\"\u00ed\u00a0\u0080\"}")]
    [InlineData("{\"operation\":\"a\",\"arguments\":\"\u00c0\u0080\"}")]
    public async Task What_is_no_JSON_is_a_parse_error(string latin1)
    {
        var host = shared.Host;

        var answer = await host.As(Tokens.Writer).PostAsync("/v3/jobs", Encoding.Latin1.GetBytes(latin1), "application/json");

        Assert.Equal(
            "Request invalid due to parse error: invalid request body",
            await answer.IsV3ErrorAsync(HttpStatusCode.BadRequest, 1001, "CF-MessageParseError"));
        await IsEmptyAsync(host);
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public async Task Nesting_is_bounded(char open, char close)
    {
        await using var host = await JobsHost.StartAsync();
        string Job(int depth)
        {
            var opened = open == '[' ? new string(open, depth) : string.Concat(Enumerable.Repeat("{\"a\":", depth));
            return $"{{\"operation\":\"a\",\"arguments\":{opened}1{new string(close, depth)}}}";
        }

        await host.As(Tokens.Writer).SubmitAsync(Job(63));
        foreach (var depth in new[] { 64, 100_000 })
        {
            var answer = await host.As(Tokens.Writer).PostAsync("/v3/jobs", Job(depth));
            await answer.IsV3ErrorAsync(HttpStatusCode.BadRequest, 1001, "CF-MessageParseError");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/problem+json")]
    [InlineData("application")]
    public async Task Another_content_type_is_refused(string? contentType)
    {
        var host = shared.Host;

        var answer = await host.As(Tokens.Writer).PostAsync("/v3/jobs", """{"operation":"a"}"""u8.ToArray(), contentType);

        await answer.IsV3ErrorAsync(HttpStatusCode.UnsupportedMediaType, 900008, "CF-UnsupportedMediaType");
        await IsEmptyAsync(host);
    }

    [Fact]
    public async Task A_body_that_is_compressed_is_of_another_type()
    {
        var host = shared.Host;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/jobs")
        {
            Content = new ByteArrayContent([0x1f, 0x8b]) { Headers = { { "Content-Type", "application/json" }, { "Content-Encoding", "gzip" } } },
        };

        var answer = await host.As(Tokens.Writer).SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Contains(
            "Content-Encoding",
            await answer.IsV3ErrorAsync(HttpStatusCode.UnsupportedMediaType, 900008, "CF-UnsupportedMediaType"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json;charset=utf-8")]
    [InlineData("Application/JSON; charset=\"UTF-8\"")]
    public async Task JSON_may_say_that_it_is_UTF_8(string contentType)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.As(Tokens.Writer).PostAsync("/v3/jobs", """{"operation":"a"}"""u8.ToArray(), contentType);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Arguments_are_taken_up_to_their_limit_and_no_further(bool chunked)
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);
        Task<HttpResponseMessage> PostAsync(int bytes)
        {
            var json = $"{{ \"operation\" : \"a\", \"arguments\" : \"{new string('x', bytes - 2)}\" }}";
            var request = new HttpRequestMessage(HttpMethod.Post, "/v3/jobs") { Content = new StringContent(json, null, "application/json") };
            request.Headers.TransferEncodingChunked = chunked;
            return client.SendAsync(request, TestContext.Current.CancellationToken);
        }

        var job = await (await PostAsync(1_048_576)).JsonAsync();
        Assert.Equal(1_048_574, (await client.GetJsonAsync($"/v3/jobs/{job.Text("guid")}")).Text("arguments").Length);

        var detail = await (await PostAsync(1_048_577)).IsV3ErrorAsync(HttpStatusCode.RequestEntityTooLarge, 900007, "CF-RequestTooLarge");
        Assert.Contains("1048576", detail, StringComparison.Ordinal);
        await (await PostAsync(20_000_000)).IsV3ErrorAsync(HttpStatusCode.RequestEntityTooLarge, 900007, "CF-RequestTooLarge");
    }

    private static async Task IsEmptyAsync(JobsHost host)
    {
        var list = await host.As(Tokens.Admin).GetJsonAsync("/v3/jobs");
        Assert.Equal(0, list.GetProperty("pagination").GetProperty("total_results").GetInt32());
    }
}
