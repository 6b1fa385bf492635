using System.Net;
using System.Text;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Leases;

/// <summary>Bad bodies are refused with the field's name, and change nothing.</summary>
public sealed class BadLeaseBodyTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Names = "must be an array of 1 to 100 names of 1 to 128 characters of 'a' to 'z', '0' to '9', '_', '.' and '-'";

    public static TheoryData<string, string> Requests { get; } = new()
    {
        { "{}", "operations is required" },
        { """{"operations":null}""", "operations is required" },
        { """{"operations":[]}""", $"operations {Names}" },
        { """{"operations":"app.delete"}""", $"operations {Names}" },
        { """{"operations":["A"]}""", $"operations {Names}" },
        { """{"operations":["a",{"b":[1]}]}""", $"operations {Names}" },
        { $$"""{"operations":[{{string.Join(',', Enumerable.Range(0, 101).Select(index => $"\"o{index}\""))}}]}""", $"operations {Names}" },
        { """{"operations":["a"],"queues":[]}""", $"queues {Names}" },
        { """{"operations":["a"],"queues":["ä"]}""", $"queues {Names}" },
        { """{"operations":["a"],"max_jobs":0}""", "max_jobs must be a whole number from 1 to 1000" },
        { """{"operations":["a"],"max_jobs":1001}""", "max_jobs must be a whole number from 1 to 1000" },
        { """{"operations":["a"],"max_jobs":"1"}""", "max_jobs must be a whole number from 1 to 1000" },
        { """{"operations":["a"],"wait_seconds":61}""", "wait_seconds must be a whole number from 0 to 60" },
        { """{"operations":["a"],"wait_seconds":-1}""", "wait_seconds must be a whole number from 0 to 60" },
        { """{"operations":["a"],"wait_seconds":0.5}""", "wait_seconds must be a whole number from 0 to 60" },
        { """{"operations":["a"],"worker":""}""", "worker must be Unicode text of 1 to 255 characters" },
        { """{"operations":["a"],"worker":5}""", "worker must be a string" },
        { """{"operations":["a"],"Worker":"w"}""", "Unknown field(s): 'Worker'" },
        { """{"operations":["a"],"operations":["b"]}""", "operations is given more than once" },
        { "[]", "The request body must be an object" },
    };

    public static TheoryData<string, string> Reports { get; } = new()
    {
        { """{"progress":50}""", "progress must be an object" },
        { """{"progress":{}}""", "progress.percent is required" },
        { """{"progress":{"percent":101}}""", "progress.percent must be a whole number from 0 to 100" },
        { """{"progress":{"percent":-1}}""", "progress.percent must be a whole number from 0 to 100" },
        {
            $$$"""{"progress":{"percent":1,"message":"{{{new string('x', 1_001)}}}"}}""",
            "progress.message must be Unicode text of 0 to 1000 characters"
        },
        { """{"progress":{"percent":1,"message":"\ud800"}}""", "progress.message must be Unicode text of 0 to 1000 characters" },
        { """{"progress":{"percent":1,"text":""}}""", "Unknown field(s): 'progress.text'" },
        { """{"warnings":"w"}""", "warnings must be an array of at most 100 texts of 1 to 16000 characters" },
        { """{"warnings":[""]}""", "warnings must be an array of at most 100 texts of 1 to 16000 characters" },
        { """{"warnings":["a\u0000"]}""", "warnings must be an array of at most 100 texts of 1 to 16000 characters" },
        { $$"""{"warnings":["{{new string('x', 16_001)}}"]}""", "warnings must be an array of at most 100 texts of 1 to 16000 characters" },
        {
            $$"""{"warnings":[{{string.Join(',', Enumerable.Repeat("\"w\"", 101))}}]}""",
            "warnings must be an array of at most 100 texts of 1 to 16000 characters"
        },
        { """{"log":"line"}""", "log must be an array of at most 10000 lines of at most 65536 characters" },
        { """{"log":[1]}""", "log must be an array of at most 10000 lines of at most 65536 characters" },
        { """{"lease":"x"}""", "Unknown field(s): 'lease'" },
        { "5", "The request body must be an object" },
    };

    public static TheoryData<string, string, string> Ends { get; } = new()
    {
        { "complete", """{"warnings":[1]}""", "warnings must be an array of at most 100 texts of 1 to 16000 characters" },
        { "complete", """{"results":1}""", "Unknown field(s): 'results'" },
        { "complete", """{"lease":"x","action":"complete"}""", "Unknown field(s): 'lease', 'action'" },
        { "complete", "[]", "The request body must be an object" },
        { "fail", """{"errors":{}}""", "errors must be an array of at most 100 objects" },
        { "fail", """{"errors":["AppNotFound"]}""", "errors must be an array of at most 100 objects" },
        { "fail", """{"errors":[{}]}""", "errors[0] must have either name, with args, or detail" },
        { "fail", """{"errors":[{"name":"JobTimeout","detail":"d"}]}""", "errors[0] must have either name, with args, or detail" },
        { "fail", """{"errors":[{"detail":"d","args":[]}]}""", "errors[0].args goes with name" },
        { "fail", """{"errors":[{"name":"NoSuchName"}]}""", "errors[0] cannot be shown: 'NoSuchName' is not in the error catalogue" },
        { "fail", """{"errors":[{"detail":"d"},{"name":"AppNotFound"}]}""", "errors[1] cannot be shown: 'AppNotFound' takes 1 argument, not 0" },
        { "fail", """{"errors":[{"name":5}]}""", "errors[0].name must be a string" },
        {
            "fail", """{"errors":[{"name":"AppNotFound","args":[{}]}]}""",
            "errors[0].args must be an array of at most 20 strings of at most 4000 characters, or numbers, "
                + "errors[0] cannot be shown: 'AppNotFound' takes 1 argument, not 0"
        },
        { "fail", """{"errors":[{"detail":"d","code":1}]}""", "Unknown field(s): 'errors[0].code'" },
        {
            "fail", """{"retry_at":"tomorrow"}""",
            "retry_at must be a time as 'YYYY-MM-DDThh:mm:ssZ', or with an offset such as '+02:00', from 1970 to 9999"
        },
        { "fail", """{"final":"yes"}""", "final must be true or false" },
        { "fail", """{"warnings":[]}""", "Unknown field(s): 'warnings'" },
        { "poll_again", "{}", "seconds is required" },
        { "poll_again", """{"seconds":0}""", "seconds must be a whole number from 1 to 86400" },
        { "poll_again", """{"seconds":86401}""", "seconds must be a whole number from 1 to 86400" },
        { "release", """{"delay_seconds":-1}""", "delay_seconds must be a whole number from 0 to 3600" },
        { "release", """{"delay_seconds":3601}""", "delay_seconds must be a whole number from 0 to 3600" },
        { "release", """{"seconds":1}""", "Unknown field(s): 'seconds'" },
    };

    private HttpClient Worker => shared.Host.As(Tokens.Worker);

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_for_leases_that_is_wrong_names_the_field(string body, string detail) =>
        Assert.Equal(detail, await RefusedAsync(await Worker.PostAsync("/v3/leases", body)));

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task A_heartbeat_that_is_wrong_names_the_field_and_keeps_nothing(string body, string detail)
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var lease = await host.As(Tokens.Worker).LeaseOneAsync();
        var before = (await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}")).GetRawText();

        Assert.Equal(detail, await RefusedAsync(await host.As(Tokens.Worker).BeatAsync(lease, body)));
        Assert.Equal(before, (await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}")).GetRawText());
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_action_that_is_wrong_names_the_field_and_ends_nothing(string action, string body, string detail)
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var worker = host.As(Tokens.Worker);
        var lease = await worker.LeaseOneAsync();

        Assert.Equal(detail, await RefusedAsync(await worker.EndAsync(lease, action, body)));
        await (await worker.EndAsync(lease, "complete")).OkAsync();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"operations":["a"]}}""")]
    [InlineData("""{"operations":["a"],}""")]
    [InlineData("nonsense")]
    public async Task What_is_no_json_is_refused(string body)
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var worker = host.As(Tokens.Worker);
        var lease = await worker.LeaseOneAsync();

        foreach (var answer in new[]
        {
            await worker.PostAsync("/v3/leases", body), await worker.BeatAsync(lease, body), await worker.EndAsync(lease, "complete", body),
            await worker.PostAsync("/v3/leases/actions/bulk", body),
        })
            await answer.IsV3ErrorAsync(HttpStatusCode.BadRequest, 1001, "CF-MessageParseError");
    }

    [Fact]
    public async Task What_is_no_utf_8_or_nests_too_deep_or_is_no_json_type_is_refused()
    {
        var deep = Encoding.UTF8.GetBytes($$"""{"result":{{new string('[', 64)}}{{new string(']', 64)}}}""");

        await (await Worker.PostAsync("/v3/leases", [.. "{\"worker\":\""u8, 0xFF, .. "\"}"u8], "application/json"))
            .IsV3ErrorAsync(HttpStatusCode.BadRequest, 1001, "CF-MessageParseError");
        await (await Worker.PostAsync($"/v3/leases/{new string('0', 72)}/actions/complete", deep, "application/json"))
            .IsV3ErrorAsync(HttpStatusCode.BadRequest, 1001, "CF-MessageParseError");
        await (await Worker.PostAsync("/v3/leases", "{}"u8.ToArray(), "text/plain"))
            .IsV3ErrorAsync(HttpStatusCode.UnsupportedMediaType, 900008, "CF-UnsupportedMediaType");
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var worker = host.As(Tokens.Worker);
        var lease = await worker.LeaseOneAsync();
        string Result(int bytes) => $$"""{"result":"{{new string('x', bytes - 2)}}"}""";

        await TooLargeAsync(await worker.PostAsync("/v3/leases", $$"""{"worker":"{{new string('x', 70_000)}}"}"""));
        await TooLargeAsync(await worker.BeatAsync(lease, $$"""{"log":["{{new string('x', 17_000_000)}}"]}"""));
        Assert.Contains("result", await TooLargeAsync(await worker.EndAsync(lease, "complete", Result(1_048_577))), StringComparison.Ordinal);
        await (await worker.EndAsync(lease, "complete", Result(1_048_576))).OkAsync();

        static Task<string> TooLargeAsync(HttpResponseMessage answer) =>
            answer.IsV3ErrorAsync(HttpStatusCode.RequestEntityTooLarge, 900007, "CF-RequestTooLarge");
    }

    private static Task<string> RefusedAsync(HttpResponseMessage answer) =>
        answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
}
