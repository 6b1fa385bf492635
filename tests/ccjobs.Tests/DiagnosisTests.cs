namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1, §5 and §8: <c>why</c>, <c>errors</c> and <c>logs</c>.</summary>
public sealed class DiagnosisTests
{
    private const string Guid = Documents.Guid;

    private const string Explanation = """
        {"causes":[{"code":"cancel_requested","detail":"It was asked to stop."},{"code":"running","detail":"Attempt 1 of 1 runs."}],
        "estimate":{"start":"2026-01-31T08:00:00Z","end":"2026-01-31T08:05:00Z"}}
        """;

    private const string Failures = """
        {"examined":10000,"partial":true,"resources":[{"operation":"app.delete","kind":"System.IO.IOException","unknown":true,"count":12,
        "first_at":"2026-01-31T08:00:00Z","last_at":"2026-01-31T08:00:09Z","queues":["a","b"],"sample":{"guid":"0b2ba1a5-6f1e-4a0c-9f0e-3b1d4c7a9e21",
        "number":1,"run":1,"errors":[],"worker":"w","exception":"System.IO.IOException: disk\n   at Somewhere"}}]}
        """;

    [Fact]
    public async Task Why_is_a_line_for_each_cause_and_one_for_the_estimate()
    {
        await using var server = await ScriptedServer.StartAsync(200, Explanation);

        var ended = await Ccjobs.RunAsync("why", Guid, "--server", server.Url);

        Assert.Equal($"GET /v3/jobs/{Guid}/explain", Assert.Single(server.Requests).ToString());
        Assert.Equal(
            [
                "cancel_requested  It was asked to stop.",
                "running           Attempt 1 of 1 runs.",
                "likely end        2026-01-31T08:00:00Z to 2026-01-31T08:05:00Z, in four of five cases.",
            ],
            ended.Lines);
        Assert.Equal(0, ended.ExitCode);
    }

    [Fact]
    public async Task Errors_are_a_table_of_operation_kind_count_and_sample()
    {
        await using var server = await ScriptedServer.StartAsync(200, Failures);

        var ended = await Ccjobs.RunAsync("errors", "--server", server.Url);

        Assert.Equal("GET /v3/errors", Assert.Single(server.Requests).ToString());
        Assert.Equal(
            [
                "OPERATION KIND COUNT LAST QUEUES SAMPLE WHAT HAPPENED",
                $"app.delete System.IO.IOException 12 2026-01-31T08:00:09Z a, b {Guid} System.IO.IOException: disk",
                "There may be more: the newest 10000 failures were looked at.",
            ],
            ended.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Theory]
    [InlineData(Explanation, "why", Guid)]
    [InlineData(Failures, "errors")]
    public async Task Json_is_the_servers_document_byte_for_byte(string document, params string[] arguments)
    {
        await using var server = await ScriptedServer.StartAsync(200, document);

        var ended = await Ccjobs.RunAsync([.. arguments, "--json", "--server", server.Url]);

        Assert.Equal((0, $"{document}\n"), (ended.ExitCode, ended.Out));
    }

    [Fact]
    public async Task Logs_are_those_of_each_run_that_wrote_any()
    {
        await using var server = await ScriptedServer.StartAsync(
            200, Attempts(Run(1, "own\\n", "08:00 info x\\n"), Run(2, "", null), Run(3, "third\\n", null)));

        var ended = await Ccjobs.RunAsync("logs", Guid, "--server", server.Url);

        Assert.Equal(
            ["-- run 1, attempt 1, since 2026-01-31T08:00:00Z", "own", "08:00 info x", "-- run 3, attempt 1, since 2026-01-31T08:00:00Z", "third"],
            ended.Lines);
    }

    [Fact]
    public async Task Followed_logs_show_only_what_is_new_until_the_job_has_ended()
    {
        await using var server = await ScriptedServer.StartAsync(
            Documents.Job("running"),
            Attempts(Run(1, "one\\n", null)),
            Documents.Job("running"),
            Attempts(Run(1, "one\\ntwo\\n", "08:00 info x\\n")),
            Documents.Job("finished"),
            Attempts(Run(1, "wo\\nthree\\n", "08:00 info x\\n")));

        var ended = await Ccjobs.RunAsync("logs", Guid, "--follow", "--server", server.Url);

        Assert.Equal(["-- run 1, attempt 1, since 2026-01-31T08:00:00Z", "one", "two", "08:00 info x", "…", "wo", "three"], ended.Lines);
        Assert.Equal(0, ended.ExitCode);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Followed_logs_go_on_where_the_server_could_not_answer_for_a_moment(int status)
    {
        string[] answers =
        [
            Documents.Job("running"),
            Attempts(Run(1, "one\\n", null)),
            "",
            Documents.Job("finished"),
            Attempts(Run(1, "one\\ntwo\\n", null)),
        ];
        await using var server = await ScriptedServer.StartAsync((number, context) => answers[number].Length > 0
            ? ScriptedServer.AnswerAsync(context, 200, answers[number])
            : ScriptedServer.AnswerAsync(context, status, Documents.Error("CF-ServiceUnavailable", 10015, "Database connection failure")));

        var ended = await Ccjobs.RunAsync("logs", Guid, "--follow", "--server", server.Url);

        Assert.Equal(["-- run 1, attempt 1, since 2026-01-31T08:00:00Z", "one", "two"], ended.Lines);
        Assert.Equal((0, answers.Length), (ended.ExitCode, server.Requests.Count));
    }

    private static string Attempts(params string[] runs) => $$"""{"resources":[{{string.Join(',', runs)}}]}""";

    private static string Run(int number, string log, string? lines) =>
        $$"""
        {"number":1,"run":{{number}},"started_at":"2026-01-31T08:00:00Z","ended_at":null,"outcome":null,"errors":[],"log":"{{log}}",
        "log_lines":{{(lines is null ? "null" : $"\"{lines}\"")}}}
        """;
}
