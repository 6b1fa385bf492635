namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1 and §5: <c>list</c> and <c>status</c>.</summary>
public sealed class ListTests
{
    private const string Guid = Documents.Guid;

    [Theory]
    [InlineData("")]
    [InlineData("states=COMPLETE&", "--state", "complete")]
    [InlineData("states=FAILED&", "--state", "failed")]
    [InlineData("states=COMPLETE&", "--state", "finished")]
    [InlineData("phases=queued,scheduled&", "--state", "queued")]
    [InlineData("phases=running,polling&", "--state", "running")]
    [InlineData("phases=cancelled&", "--phase", "cancelled")]
    [InlineData("operations=app.delete&queues=slow&label_selector=env in (a,b),!c&", "-l", "env in (a,b),!c", "--queue", "slow", "--operation", "app.delete")]
    public async Task Filters_become_those_of_the_API_and_the_newest_come_first(string query, params string[] options)
    {
        await using var server = await ScriptedServer.StartAsync(200, Documents.Page(0));

        var ended = await Ccjobs.RunAsync(["list", .. options, "--server", server.Url]);

        Assert.Equal((0, "No jobs.\n"), (ended.ExitCode, ended.Out));
        Assert.Equal($"GET /v3/jobs?{query}order_by=-created_at&page=1&per_page=50", Assert.Single(server.Requests).ToString());
    }

    [Fact]
    public async Task Into_a_pipe_each_job_is_one_whole_line_without_colours()
    {
        var message = new string('x', 300);
        await using var server = await ScriptedServer.StartAsync(200, Documents.Page(
            2, Documents.Job("running", $$"""{"percent":5,"message":"{{message}}"}"""), Documents.Job("failed", guid: Guid.Replace('0', '1'))));

        var ended = await Ccjobs.RunAsync("list", "--limit", "7", "--server", server.Url);

        Assert.EndsWith("per_page=7", Assert.Single(server.Requests).Target);
        Assert.Equal(3, ended.Lines.Length);
        Assert.Equal(["GUID", "OPERATION", "PHASE", "QUEUE", "TRY", "AGE", "PROGRESS"], Words(ended.Lines[0]));
        Assert.Equal([Guid, "app.delete", "running", "default", "1/3", .. Age, "5", "%", message], Words(ended.Lines[1]));
        Assert.Equal([Guid.Replace('0', '1'), "app.delete", "failed", "default", "1/3", .. Age], Words(ended.Lines[2]));
        Assert.DoesNotContain('\e', ended.Out);
    }

    [Fact]
    public async Task Json_is_the_servers_page_byte_for_byte()
    {
        var page = Documents.Page(1, Documents.Job("queued"));
        await using var server = await ScriptedServer.StartAsync(200, page);

        var ended = await Ccjobs.RunAsync("list", "--json", "--server", server.Url);

        Assert.Equal((0, $"{page}\n"), (ended.ExitCode, ended.Out));
    }

    [Fact]
    public async Task Status_shows_a_job_and_succeeds_unless_it_failed()
    {
        await using var server = await ScriptedServer.StartAsync(
            200, Documents.Job("running", """{"percent":40,"message":"Removing routes"}""", warnings: """[{"detail":"Slow."}]"""));

        var ended = await Ccjobs.RunAsync("status", Guid, "--server", server.Url);

        Assert.Equal($"GET /v3/jobs/{Guid}", Assert.Single(server.Requests).ToString());
        Assert.Equal(
            [
                $"guid       {Guid}", "operation  app.delete", "state      PROCESSING, running", "progress   40 %  Removing routes",
                "queue      default", "attempt    1 of 3", "created    2026-01-31T08:00:00Z", "warning    Slow.",
            ],
            ended.Lines);
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task Status_of_a_failed_job_shows_its_errors_and_is_exit_code_1()
    {
        await using var server = await ScriptedServer.StartAsync(
            200, Documents.Job("failed", errors: """[{"code":10001,"title":"UnknownError","detail":"An unknown error occurred."}]"""));

        var ended = await Ccjobs.RunAsync("status", Guid, "--server", server.Url);

        Assert.Contains("error      UnknownError (10001): An unknown error occurred.", ended.Lines);
        Assert.Equal((1, ""), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task Status_shows_those_who_may_not_know_more_what_Cloud_Controller_shows()
    {
        await using var server = await ScriptedServer.StartAsync(200, $$"""
            {"guid":"{{Guid}}","created_at":"2026-01-31T08:00:00Z","updated_at":"2026-01-31T08:00:01Z","operation":"app.delete","state":"COMPLETE","errors":[],
            "warnings":[],"links":{} }
            """);

        var ended = await Ccjobs.RunAsync("status", Guid, "--server", server.Url);

        Assert.Equal([$"guid       {Guid}", "operation  app.delete", "state      COMPLETE", "created    2026-01-31T08:00:00Z"], ended.Lines);
        Assert.Equal(0, ended.ExitCode);
    }

    /// <summary>Whole days since the documents' creation.</summary>
    private static string[] Age => [$"{(TimeProvider.System.GetUtcNow() - new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.Zero)).Days}", "d"];

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
