namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1 and §5: <c>cancel</c> and <c>retry</c>, by guid and by filter.</summary>
public sealed class ActionTests
{
    private const string First = Documents.Guid;
    private const string Second = "1b2ba1a5-6f1e-4a0c-9f0e-3b1d4c7a9e21";

    [Theory]
    [InlineData("cancel", "cancelled")]
    [InlineData("retry", "queued")]
    public async Task Each_guid_is_acted_on_in_turn(string command, string phase)
    {
        await using var server = await ScriptedServer.StartAsync((number, context) =>
            ScriptedServer.AnswerAsync(context, 202, Documents.Job(phase, guid: number == 0 ? First : Second)));

        var ended = await Ccjobs.RunAsync(command, First, Second, "--server", server.Url);

        Assert.Equal([$"{First}  {phase}", $"{Second}  {phase}"], ended.Lines);
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Equal(
            [$"POST /v3/jobs/{First}/actions/{command}", $"POST /v3/jobs/{Second}/actions/{command}"], server.Requests.Select(seen => seen.ToString()));
    }

    [Fact]
    public async Task As_json_each_answer_is_a_line()
    {
        await using var server = await ScriptedServer.StartAsync(202, """{"matched":3,"changed":2,"refused":1}""");
        var many = await Ccjobs.RunAsync("cancel", "--queue", "slow", "--json", "--server", server.Url);
        Assert.Equal((0, "{\"matched\":3,\"changed\":2,\"refused\":1}\n"), (many.ExitCode, many.Out));

        var job = Documents.Job("cancelled").ReplaceLineEndings("");
        await using var other = await ScriptedServer.StartAsync(202, job);
        var named = await Ccjobs.RunAsync("cancel", First, Second, "--json", "--server", other.Url);
        Assert.Equal((0, $"{job}\n{job}\n"), (named.ExitCode, named.Out));
    }

    [Fact]
    public async Task Cancelling_what_runs_says_that_it_was_only_asked_to_stop()
    {
        await using var server = await ScriptedServer.StartAsync(202, Documents.Job("running"));

        var ended = await Ccjobs.RunAsync("cancel", First, "--server", server.Url);

        Assert.Equal((0, $"{First}  running, asked to stop\n"), (ended.ExitCode, ended.Out));
    }

    [Fact]
    public async Task A_refusal_of_one_does_not_keep_the_others_from_it()
    {
        await using var server = await ScriptedServer.StartAsync((number, context) => number == 0
            ? ScriptedServer.AnswerAsync(context, 422, Documents.Error("CF-UnprocessableEntity", 10008, "The job has already ended."))
            : ScriptedServer.AnswerAsync(context, 202, Documents.Job("cancelled", guid: Second)));

        var ended = await Ccjobs.RunAsync("cancel", First, Second, "--server", server.Url);

        Assert.Equal($"The server said no to {First}: CF-UnprocessableEntity (10008): The job has already ended.\n", ended.Error);
        Assert.Equal((1, $"{Second}  cancelled\n"), (ended.ExitCode, ended.Out));
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("retry")]
    public async Task A_filter_acts_on_all_that_match(string command)
    {
        await using var server = await ScriptedServer.StartAsync(202, """{"matched":5,"changed":3,"refused":2}""");

        var ended = await Ccjobs.RunAsync(command, "--state", "FAILED", "--queue", "slow", "-l", "env=prod", "--server", server.Url);

        Assert.Equal((0, "matched 5, changed 3, refused 2\n", ""), (ended.ExitCode, ended.Out, ended.Error));
        Assert.Equal(
            $"POST /v3/jobs/actions/{command}?states=FAILED&queues=slow&label_selector=env=prod", Assert.Single(server.Requests).ToString());
    }

    [Theory]
    [InlineData("queues=slow", "--queue", "slow")]
    [InlineData($"guids={First},{Second}", First, Second)]
    public async Task A_dry_run_counts_and_changes_nothing(string query, params string[] which)
    {
        await using var server = await ScriptedServer.StartAsync(200, Documents.Page(2, Documents.Job("queued")));

        var ended = await Ccjobs.RunAsync(["cancel", .. which, "--dry-run", "--server", server.Url]);

        Assert.Equal((0, "2 jobs matched; nothing was changed.\n", ""), (ended.ExitCode, ended.Out, ended.Error));
        Assert.Equal($"GET /v3/jobs?{query}&page=1&per_page=1", Assert.Single(server.Requests).ToString());
    }
}
