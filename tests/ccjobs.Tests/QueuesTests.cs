namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1 and §5: <c>queues</c>.</summary>
public sealed class QueuesTests
{
    private const string Open = """
        {"name":"default","counts":{"queued":10000,"scheduled":3,"running":4,"polling":0,"finished":9},"at_least":["queued"],"oldest_waiting_seconds":61.4,"paused":null,"concurrency":5,"rate":{"count":100,"seconds":60},"limits_changed":{"at":"2026-01-31T08:00:00Z","by":"admin"}}
        """;

    private const string Paused = """
        {"name":"slow","counts":{},"oldest_waiting_seconds":null,"paused":{"since":"2026-01-31T08:00:00Z","by":"admin","reason":"Database upgrade"}}
        """;

    [Fact]
    public async Task Queues_are_a_table_of_counts_age_and_pause()
    {
        await using var server = await ScriptedServer.StartAsync(200, $$"""{"resources":[{{Open}},{{Paused}}]}""");

        var ended = await Ccjobs.RunAsync("queues", "--server", server.Url);

        Assert.Equal("GET /v3/queues", Assert.Single(server.Requests).ToString());
        Assert.Equal(
            [
                "QUEUE QUEUED SCHEDULED RUNNING POLLING OLDEST LIMITS PAUSED",
                "default 10000+ 3 4 0 1 m 5 at once, 100 in 60 s",
                "slow 0 0 0 0 since 2026-01-31T08:00:00Z, by admin, Database upgrade",
            ],
            ended.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Theory]
    [InlineData("pause", Paused, "slow  paused")]
    [InlineData("resume", Open, "default  open")]
    public async Task A_queue_is_paused_and_resumed_with_a_reason(string action, string answer, string line)
    {
        await using var server = await ScriptedServer.StartAsync(200, answer);

        var ended = await Ccjobs.RunAsync("queues", action, "slow", "--reason", "Database upgrade", "--server", server.Url);

        Assert.Equal((0, $"{line}\n", ""), (ended.ExitCode, ended.Out, ended.Error));
        var seen = Assert.Single(server.Requests);
        Assert.Equal($"POST /v3/queues/slow/actions/{action}", seen.ToString());
        Assert.Equal("""{"reason":"Database upgrade"}""", seen.Body);
    }

    [Theory]
    [InlineData("""{"concurrency":5}""", "--concurrency", "5")]
    [InlineData("""{"rate":{"count":100,"seconds":60}}""", "--rate", "100/60")]
    [InlineData("""{"concurrency":null,"rate":null}""", "--rate", "none", "--concurrency", "none")]
    public async Task A_limit_is_set_or_lifted_and_what_is_not_named_stays(string body, params string[] options)
    {
        await using var server = await ScriptedServer.StartAsync(200, Open);

        var ended = await Ccjobs.RunAsync(["queues", "limit", "default", .. options, "--server", server.Url]);

        Assert.Equal((0, "default  5 at once, 100 in 60 s\n", ""), (ended.ExitCode, ended.Out, ended.Error));
        var seen = Assert.Single(server.Requests);
        Assert.Equal("PATCH /v3/queues/default", seen.ToString());
        Assert.Equal(body, seen.Body);
    }

    [Theory]
    [InlineData("Nothing is to change: give --concurrency or --rate.")]
    [InlineData("--concurrency is '0'; it can be 1 to 1000000, or none.", "--concurrency", "0")]
    [InlineData("--rate is '5'; it can be COUNT/SECONDS with 1 to 1000000 and 1 to 86400, or none.", "--rate", "5")]
    public async Task A_limit_that_is_none_is_refused_before_anyone_is_asked(string why, params string[] options)
    {
        var ended = await Ccjobs.RunAsync(["queues", "limit", "default", .. options]);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(why, ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("queues")]
    [InlineData("queues", "pause", "slow")]
    public async Task Json_is_the_servers_document_byte_for_byte(params string[] arguments)
    {
        var document = arguments.Length == 1 ? $$"""{"resources":[{{Open}}]}""" : Paused;
        await using var server = await ScriptedServer.StartAsync(200, document);

        var ended = await Ccjobs.RunAsync([.. arguments, "--json", "--server", server.Url]);

        Assert.Equal((0, $"{document}\n"), (ended.ExitCode, ended.Out));
    }
}
