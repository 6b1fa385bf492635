using CloudController.Jobs.PostgreSql.Tests;

namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1 and §5: <c>--wait</c>, of <c>submit</c> and of <c>status</c>.</summary>
public sealed class FollowTests
{
    private const string Guid = Documents.Guid;

    [Fact]
    public async Task Each_change_of_a_followed_job_is_a_line_and_finished_is_exit_code_0()
    {
        await using var server = await ScriptedServer.StartAsync(
            Documents.Job("queued"),
            Documents.Job("queued"),
            Documents.Job("running", """{"percent":40,"message":"Removing routes"}"""),
            Documents.Job("running", """{"percent":62.5,"message":null}"""),
            Documents.Job("polling", """{"percent":null,"message":"Waiting for the broker"}"""),
            Documents.Job("finished", """{"percent":100,"message":""}""", warnings: """[{"detail":"One route was shared."}]"""));

        var ended = await Ccjobs.RunAsync("submit", "noop", "--wait", "--server", server.Url);

        Assert.Equal(
            [Guid, "queued", "running  40 %  Removing routes", "running  62.5 %", "polling  Waiting for the broker", "finished  100 %",
                "warning  One route was shared."],
            ended.Lines);
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task A_failed_job_is_exit_code_1_and_each_error_a_line_on_standard_error()
    {
        const string errors = """[{"code":170005,"title":"CF-AppNotFound","detail":"No app."},{"code":10001,"title":"UnknownError","detail":"An unknown error occurred."}]""";
        await using var server = await ScriptedServer.StartAsync(Documents.Job("running"), Documents.Job("running"), Documents.Job("failed", errors: errors));

        var ended = await Ccjobs.RunAsync("submit", "noop", "--wait", "--server", server.Url);

        Assert.Equal([Guid, "running", "failed"], ended.Lines);
        Assert.Equal("CF-AppNotFound (170005): No app.\nUnknownError (10001): An unknown error occurred.\n", ended.Error);
        Assert.Equal(1, ended.ExitCode);
    }

    [Fact]
    public async Task A_cancelled_job_counts_as_failed()
    {
        await using var server = await ScriptedServer.StartAsync(
            Documents.Job("cancelled", errors: """[{"code":900001,"title":"CF-JobCancelled","detail":"The job was cancelled."}]"""));

        var ended = await Ccjobs.RunAsync("status", Guid, "--wait", "--server", server.Url);

        Assert.Equal((1, "cancelled\n", "CF-JobCancelled (900001): The job was cancelled.\n"), (ended.ExitCode, ended.Out, ended.Error));
    }

    [Fact]
    public async Task Json_prints_the_final_document_alone()
    {
        var last = Documents.Job("finished");
        await using var server = await ScriptedServer.StartAsync(Documents.Job("queued"), Documents.Job("running"), last);

        var ended = await Ccjobs.RunAsync("submit", "--json", "--wait", "noop", "--server", server.Url);

        Assert.Equal((0, $"{last}\n"), (ended.ExitCode, ended.Out));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_leaves_the_job_alone_and_says_how_to_go_on(string signal)
    {
        await using var server = await ScriptedServer.StartAsync(async (number, context) =>
        {
            // The third request is the first that may be held: hold it until the client goes away.
            if (number >= 2)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else
                await ScriptedServer.AnswerAsync(context, 200, Documents.Job("running"));
        });
        using var ccjobs = Ccjobs.Start(new Setting(), "submit", "sleep", "--wait", "--server", server.Url);
        Assert.Equal(Guid, await ccjobs.ReadLineAsync());
        Assert.Equal("running", await ccjobs.ReadLineAsync());

        await ccjobs.SignalAsync(signal);

        var ended = await ccjobs.EndAsync();
        Assert.Equal($"No longer waiting, but the job goes on; to follow it again: ccjobs status {Guid} --wait\n", ended.Error);
        Assert.Equal(130, ended.ExitCode);
        Assert.DoesNotContain(server.Requests, seen => seen.Target.Contains("cancel"));
    }

    [Fact]
    public async Task A_restart_of_the_server_is_survived()
    {
        var port = Ports.Find();
        var first = await ScriptedServer.StartAsync((_, context) => ScriptedServer.AnswerAsync(context, 200, Documents.Job("running")), port);
        using var ccjobs = Ccjobs.Start(new Setting(), "status", Guid, "--wait", "--server", first.Url);
        Assert.Equal("running", await ccjobs.ReadLineAsync());

        await first.DisposeAsync();
        await using var second = await ScriptedServer.StartAsync(
            (number, context) => number == 0
                ? ScriptedServer.AnswerAsync(context, 503, Documents.Error("CF-ServiceUnavailable", 10015, "Database connection failure"))
                : ScriptedServer.AnswerAsync(context, 200, Documents.Job("finished")),
            port);

        var ended = await ccjobs.EndAsync();
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Equal("finished", ended.Lines[^1]);
    }

    [Fact]
    public async Task A_job_that_is_gone_is_exit_code_1()
    {
        await using var server = await ScriptedServer.StartAsync(404, Documents.Error("CF-ResourceNotFound", 10010, "Job not found"));

        var ended = await Ccjobs.RunAsync("status", Guid, "--wait", "--server", server.Url);

        Assert.Equal((1, "", "The server said no: CF-ResourceNotFound (10010): Job not found\n"), (ended.ExitCode, ended.Out, ended.Error));
    }
}
