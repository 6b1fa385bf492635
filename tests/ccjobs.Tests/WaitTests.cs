namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1 and §8: <c>wait</c>, and <c>attempts</c>.</summary>
public sealed class WaitTests
{
    private const string Guid = Documents.Guid;

    [Fact]
    public async Task It_asks_again_until_all_have_ended()
    {
        await using var server = await ScriptedServer.StartAsync(Waited(complete: 0, failed: 0, Guid), Waited(complete: 1, failed: 0));

        var ended = await Ccjobs.RunAsync("wait", Guid, "--server", server.Url);

        Assert.Equal((0, "finished 1, failed 0, open 0\n", ""), (ended.ExitCode, ended.Out, ended.Error));
        Assert.Equal(2, server.Requests.Count);
        Assert.All(
            server.Requests,
            request => Assert.Equal(
                ("POST /v3/jobs/actions/wait", $$"""{"guids":["{{Guid}}"],"until":"all","seconds":20}"""), (request.ToString(), request.Body)));
    }

    [Fact]
    public async Task With_any_one_that_ended_is_enough()
    {
        await using var server = await ScriptedServer.StartAsync(Waited(complete: 1, failed: 0, Guid));

        var ended = await Ccjobs.RunAsync("wait", "-l", "env in (a,b)", "--any", "--server", server.Url);

        Assert.Equal((0, "finished 1, failed 0, open 1\n"), (ended.ExitCode, ended.Out));
        Assert.Equal("""{"label_selector":"env in (a,b)","until":"any","seconds":20}""", Assert.Single(server.Requests).Body);
    }

    [Fact]
    public async Task One_that_failed_is_exit_code_1_and_json_is_the_servers_answer()
    {
        var answer = Waited(complete: 3, failed: 1);
        await using var server = await ScriptedServer.StartAsync(200, answer);

        var ended = await Ccjobs.RunAsync("wait", Guid, "--json", "--server", server.Url);

        Assert.Equal((1, $"{answer}\n"), (ended.ExitCode, ended.Out));
    }

    [Fact]
    public async Task A_server_that_comes_back_is_asked_again()
    {
        await using var server = await ScriptedServer.StartAsync((number, context) => number == 0
            ? AbortAsync(context)
            : ScriptedServer.AnswerAsync(context, 200, Waited(complete: 1, failed: 0)));

        var ended = await Ccjobs.RunAsync("wait", Guid, "--server", server.Url);

        Assert.Equal((0, 2), (ended.ExitCode, server.Requests.Count));

        static Task AbortAsync(Microsoft.AspNetCore.Http.HttpContext context)
        {
            context.Abort();
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(503, "CF-ServiceUnavailable")]
    [InlineData(429, "CF-RateLimitExceeded")]
    public async Task A_server_that_cannot_answer_now_is_asked_again(int status, string title)
    {
        await using var server = await ScriptedServer.StartAsync((number, context) => number == 0
            ? ScriptedServer.AnswerAsync(context, status, $$$"""{"errors":[{"code":1,"title":"{{{title}}}","detail":"Not now."}]}""")
            : ScriptedServer.AnswerAsync(context, 200, Waited(complete: 1, failed: 0)));

        var ended = await Ccjobs.RunAsync("wait", Guid, "--server", server.Url);

        Assert.Equal((0, "finished 1, failed 0, open 0\n", ""), (ended.ExitCode, ended.Out, ended.Error));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_wants_to_be_left_alone_for_an_hour_is_not_waited_for()
    {
        await using var server = await ScriptedServer.StartAsync((_, context) =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return ScriptedServer.AnswerAsync(context, 429, """{"errors":[{"code":10013,"title":"CF-RateLimitExceeded","detail":"Rate Limit Exceeded"}]}""");
        });

        var ended = await Ccjobs.RunAsync("wait", Guid, "--server", server.Url);

        Assert.Equal((1, "", "The server said no: CF-RateLimitExceeded (10013): Rate Limit Exceeded\n"), (ended.ExitCode, ended.Out, ended.Error));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("wait", Guid, "-l", "a=b")]
    [InlineData("wait", Guid, "--any", "--all")]
    [InlineData("wait", "1")]
    public async Task What_it_cannot_wait_for_is_wrong_usage(params string[] arguments)
    {
        var ended = await Ccjobs.RunAsync([.. arguments, "--server", "http://127.0.0.1:1"]);

        Assert.Equal((2, ""), (ended.ExitCode, ended.Out));
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Attempts_are_a_line_for_each_run()
    {
        await using var server = await ScriptedServer.StartAsync(200, """
            {"resources":[{"number":1,"run":1,"started_at":"2026-01-31T08:00:00Z","ended_at":"2026-01-31T08:00:05Z","outcome":"failed",
            "errors":[{"code":10001,"title":"UnknownError","detail":"An unknown error occurred."}],"log":null,"worker":"w"},
            {"number":2,"run":2,"started_at":"2026-01-31T08:01:00Z","ended_at":"2026-01-31T08:03:00Z","outcome":"finished","errors":[],"log":"x"}]}
            """);

        var ended = await Ccjobs.RunAsync("attempts", Guid, "--server", server.Url);

        Assert.Equal($"GET /v3/jobs/{Guid}/attempts", Assert.Single(server.Requests).ToString());
        Assert.Equal(
            [
                "RUN ATTEMPT STARTED TOOK OUTCOME WORKER ERROR",
                "1 1 2026-01-31T08:00:00Z 5 s failed w UnknownError (10001): An unknown error occurred.",
                "2 2 2026-01-31T08:01:00Z 2 m finished",
            ],
            ended.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    private static string Waited(int complete, int failed, params string[] open) => $$"""
        {"counts":{"PROCESSING":{{open.Length}},"POLLING":0,"COMPLETE":{{complete}},"FAILED":{{failed}}},"open":[{{string.Join(',', open.Select(guid => $"\"{guid}\""))}}]}
        """;
}
