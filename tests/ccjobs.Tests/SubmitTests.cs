using System.Text.Json;

namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1 and §5: what <c>submit</c> sends and says.</summary>
public sealed class SubmitTests
{
    [Fact]
    public async Task A_plain_submit_sends_the_operation_alone_and_prints_just_the_guid()
    {
        await using var server = await ScriptedServer.StartAsync(202, Documents.Job("queued"));

        var ended = await Ccjobs.RunAsync("submit", "noop", "--server", server.Url);

        Assert.Equal((0, $"{Documents.Guid}\n", ""), (ended.ExitCode, ended.Out, ended.Error));
        var seen = Assert.Single(server.Requests);
        Assert.Equal("POST /v3/jobs", seen.ToString());
        Assert.Equal("application/json", seen.Headers.ContentType);
        Assert.Equal("""{"operation":"noop"}""", seen.Body);
    }

    [Fact]
    public async Task Every_option_becomes_its_field()
    {
        await using var server = await ScriptedServer.StartAsync(202, Documents.Job("scheduled"));

        await Ccjobs.RunAsync(
            "submit", "app.delete", "--arguments", "{\"b\":1.50,\"a\":\"\\u0000\"}", "--queue", "slow", "--priority", "-5", "--run-at", "2030-01-31T08:00:00+01:00",
            "--expires-at", "2030-02-01T00:00:00.5Z", "--max-attempts", "7", "--timeout", "60", "--label", "env=prod", "--label", "tier=",
            "--idempotency-key", "key 1", "--server", $"{server.Url}/", "--token", "secret");

        var seen = Assert.Single(server.Requests);
        Assert.Equal("key 1", seen.Headers["Idempotency-Key"]);
        Assert.Equal("bearer secret", seen.Headers.Authorization);

        // Arguments go as they were typed: order, digits and escapes.
        Assert.Contains("\"arguments\":{\"b\":1.50,\"a\":\"\\u0000\"}", seen.Body);
        Assert.True(JsonElement.DeepEquals(
            JsonElement.Parse("""
                {"operation":"app.delete","arguments":{"b":1.50,"a":"\u0000"},"queue":"slow","priority":-5,"run_at":"2030-01-31T07:00:00Z",
                "expires_at":"2030-02-01T00:00:00.5Z","max_attempts":7,"timeout_seconds":60,"metadata":{"labels":{"env":"prod","tier":""}}}
                """),
            JsonElement.Parse(seen.Body)));
    }

    [Fact]
    public async Task A_relative_time_counts_from_now()
    {
        await using var server = await ScriptedServer.StartAsync(202, Documents.Job("scheduled"));
        var before = TimeProvider.System.GetUtcNow();

        await Ccjobs.RunAsync("submit", "noop", "--run-at", "+2h", "--server", server.Url);

        var runAt = JsonElement.Parse(Assert.Single(server.Requests).Body).GetProperty("run_at").GetDateTimeOffset();
        Assert.InRange(runAt, before.AddHours(2), TimeProvider.System.GetUtcNow().AddHours(2));
    }

    [Fact]
    public async Task Arguments_come_from_a_file_or_from_standard_input()
    {
        await using var server = await ScriptedServer.StartAsync(202, Documents.Job("queued"));
        using var directory = new TemporaryDirectory();
        directory.Write("arguments.json", "\ufeff[ 1 ]\n");

        await Ccjobs.RunAsync(new Setting(directory.Path), "submit", "noop", "--arguments", "@arguments.json", "--server", server.Url);
        await Ccjobs.RunAsync(new Setting(Input: "{\"text\":\"ü\"}\n"), "submit", "noop", "--arguments", "-", "--server", server.Url);

        Assert.Equal(
            ["""{"operation":"noop","arguments":[ 1 ]}""", """{"operation":"noop","arguments":{"text":"ü"}}"""],
            server.Requests.Select(seen => seen.Body));
    }

    [Fact]
    public async Task Json_prints_the_servers_document_byte_for_byte()
    {
        var document = Documents.Job("queued", warnings: """[{"detail":"gr\u00fc\u00dfe, grüße"}]""");
        await using var server = await ScriptedServer.StartAsync(202, document);

        var ended = await Ccjobs.RunAsync("submit", "noop", "--json", "--server", server.Url);

        Assert.Equal($"{document}\n", ended.Out);
    }

    [Fact]
    public async Task A_refusal_is_one_sentence_and_exit_code_1()
    {
        await using var server = await ScriptedServer.StartAsync(422, Documents.Error("CF-UnprocessableEntity", 10008, "Unknown field(s): 'x'."));

        var ended = await Ccjobs.RunAsync("submit", "noop", "--wait", "--server", server.Url);

        Assert.Equal("The server said no: CF-UnprocessableEntity (10008): Unknown field(s): 'x'.\n", ended.Error);
        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
    }
}
