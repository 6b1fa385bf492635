using System.Globalization;
using CloudController.Jobs.AspNetCore;

namespace CloudController.Jobs.Cli.Tests.Handlers;

/// <summary>Real processes: a shell is the configured program, its script the fixed argument vector.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(75, false)] // contract §6
    [InlineData(137, true)]
    public async Task The_exit_code_says_whether_to_try_again(int code, bool final)
    {
        var run = Run();

        var outcome = await RunAsync($"echo secret >&2; exit {code}", run);

        Assert.Equal(final, outcome.Failure().IsFinal);
        Assert.Equal("CF-UnableToPerform", outcome.Error().Title);
        Assert.DoesNotContain("secret", outcome.Error().Detail, StringComparison.Ordinal);
        Assert.Equal($"secret\nExit code {code}.\n", run.Log);
    }

    [Fact]
    public async Task Exit_0_finishes_the_job() => Assert.IsType<JobOutcome.Done>(await RunAsync("exit 0", Run()));

    [Fact]
    public async Task A_program_that_is_killed_fails_for_good() => Assert.True((await RunAsync("kill -9 $$", Run())).Failure().IsFinal);

    [Fact]
    public async Task Standard_output_reports_and_standard_error_is_the_log()
    {
        var run = Run();

        await RunAsync(
            """
            echo '::progress 40 half  done'
            echo plain
            echo '::warning low on disk'
            echo '::progress 200'
            echo '::progress x y'
            echo '::warning '
            echo err >&2
            """,
            run);

        var reports = run.Reports();
        var progress = reports.Select(report => report.Progress).OfType<JobProgress>();
        Assert.Equal([new JobProgress(40, "half  done"), new JobProgress(100, null)], progress);
        Assert.Equal(["low on disk"], reports.SelectMany(report => report.Warnings));
        Assert.Equal(["", "::progress x y", "::warning ", "err", "plain"], run.Log.Split('\n').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"command":"it","arguments":{"b":1.0,"a":"$(touch /)"}}""", """{"b":1.0,"a":"$(touch /)"}""")]
    [InlineData("""{"command":"it"}""", "{}")]
    [InlineData("""{"command":"it","arguments":null}""", "null")]
    public async Task The_inner_arguments_come_on_standard_input_and_nowhere_else(string arguments, string input)
    {
        var run = new TestRun("command.run", arguments);

        await RunAsync("read -r line; printf '%s|%s' $# \"$line\" >&2", run);

        Assert.Equal("0|" + input + "\n", run.Log);
    }

    [Fact]
    public async Task The_environment_names_the_job_and_holds_nothing_of_ours()
    {
        // Not one that the server reads: tests beside this one start servers in the same process.
        Environment.SetEnvironmentVariable("OPERATORS_SECRET", "top-secret");
        var run = new TestRun("command.run", """{"command":"it"}""", attempt: 2, run: 7);

        await RunAsync("/usr/bin/env >&2", run);

        var names = run.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains($"CCJOBS_JOB_GUID={run.Context.Guid}", names);
        Assert.Contains("CCJOBS_JOB_ATTEMPT=2", names);
        Assert.Contains("CCJOBS_JOB_RUN=7", names);
        Assert.Contains(names, name => name.StartsWith("PATH=", StringComparison.Ordinal));
        Assert.DoesNotContain("top-secret", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(names, name => name.StartsWith("DOTNET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_need_not_read_its_input()
    {
        var large = new string('x', 1_000_000);

        foreach (var script in new[] { "exit 0", "exec 0<&-; exit 0" })
        {
            var run = new TestRun("command.run", $$"""{"command":"it","arguments":"{{large}}"}""");
            Assert.IsType<JobOutcome.Done>(await RunAsync(script, run));
        }
    }

    [Fact]
    public async Task A_line_without_end_is_cut_and_output_without_end_is_no_danger()
    {
        var run = Run();

        // 20 MB without a newline, then one line that still reports.
        var outcome = await RunAsync(
            "head -c 20000000 /dev/zero | tr '\\0' a; echo; echo '::warning still here'; head -c 5000000 /dev/zero >&2",
            run);

        Assert.IsType<JobOutcome.Done>(outcome);
        Assert.Equal(["still here"], run.Reports().SelectMany(report => report.Warnings));
        Assert.InRange(run.Log.Length, 1, 2 * 65_536 + 2);
    }

    [Fact]
    public async Task A_cancelled_command_is_killed_with_its_children_even_where_init_has_adopted_them()
    {
        using var stopping = new CancellationTokenSource();
        var run = Run();

        // A child, and a grandchild in a session of its own whose parent has ended.
        var running = RunUntilAsync(
            "sleep 600 & a=$!; (setsid sleep 600 & echo ::warning $!); echo ::warning $a; echo ::warning $$; wait",
            run,
            stopping.Token);
        int[] ids = [await NextIdAsync(run), await NextIdAsync(run), await NextIdAsync(run)];
        Assert.All(ids, id => Assert.True(IsRunning(id)));
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        foreach (var id in ids)
            await UntilItIsGoneAsync(id);
    }

    [Fact]
    public async Task What_a_command_leaves_in_the_background_ends_with_it()
    {
        var run = Run();

        Assert.IsType<JobOutcome.Done>(await RunAsync("sleep 600 & echo ::warning $!; exit 0", run));

        await UntilItIsGoneAsync(await NextIdAsync(run));
    }

    [Fact]
    public async Task Another_run_of_the_same_command_is_left_alone()
    {
        using var stopping = new CancellationTokenSource();
        var other = Run();
        var running = RunUntilAsync("echo ::warning $$; sleep 600", other, stopping.Token);
        var id = await NextIdAsync(other);

        await RunAsync("exit 0", Run());

        Assert.True(IsRunning(id));
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData("/nowhere/at/all")]
    [InlineData("no-such-program")]
    [InlineData("/etc/passwd")] // not executable
    public async Task A_missing_program_is_clear_to_the_operator_and_unknown_outside(string program)
    {
        using var handlers = new HandlerHost(new Dictionary<string, string?> { ["Commands:it:Program"] = program });

        var failure = (await handlers.RunAsync(Run())).Failure();

        Assert.Empty(failure.Errors);
        Assert.False(failure.IsFinal);
        Assert.StartsWith($"The program '{program}' of the command 'it' could not be started", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"command":"other"}""", "arguments.command is not a configured command")]
    [InlineData("""{"command":"/bin/sh"}""", "arguments.command is not a configured command")]
    [InlineData("""{}""", "arguments.command is missing")]
    [InlineData("""{"command":["it"]}""", "arguments.command")]
    [InlineData("""{"command":"it","args":[]}""", "arguments.args")]
    public void Wrong_arguments_are_refused_with_the_field_named(string arguments, string whyNot)
    {
        using var handlers = new HandlerHost(new Dictionary<string, string?> { ["Commands:it:Program"] = "/bin/true" });

        Assert.StartsWith(whyNot, handlers.Check("command.run", arguments), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Commands:it:Program", "bin/tool", "Commands:it:Program is 'bin/tool'; it can be an absolute path, or")]
    [InlineData("Commands:it:Arguments:0", "x", "Commands:it:Program is ''; it can be an absolute path, or the name of a program on PATH.")]
    [InlineData("Commands:it:Programme", "/bin/true", "Commands:it:Programme is '/bin/true'; there can be Program, Arguments, Scopes.")]
    [InlineData("Commands:it:Scopes:0", "", "Commands:it:Scopes:0 is ''; it can be the name of a scope.")]
    [InlineData("Commands:it", "/bin/true", "Commands:it is '/bin/true'; it is a section: write Commands:it:Program.")]
    [InlineData("Commands:it:Arguments", "x", "Commands:it:Arguments is 'x'; it is a list: write Commands:it:Arguments:0,")]
    public void A_wrong_setting_stops_the_start(string key, string value, string whyNot)
    {
        using var handlers = new HandlerHost(new Dictionary<string, string?> { [key] = value });

        Assert.StartsWith(whyNot, Assert.Single(handlers.WhyNotStart()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "cloud_controller.admin", true)] // contract §2: the default
    [InlineData(null, "cloud_controller.write", false)]
    [InlineData("ops.backup", "ops.backup", true)]
    [InlineData("ops.backup", "cloud_controller.write", false)]
    public void A_command_is_for_those_who_have_one_of_its_scopes(string? configured, string scope, bool allowed)
    {
        var settings = new Dictionary<string, string?> { ["Commands:BACKUP:Program"] = "/bin/true" };
        if (configured is not null)
            settings["Commands:BACKUP:Scopes:0"] = configured;
        using var handlers = new HandlerHost(settings);

        var verdict = handlers.MaySubmit("command.run", """{"command":"backup"}""", "cloud_controller.read", scope);

        Assert.Equal(allowed ? SubmissionVerdict.Allowed : SubmissionVerdict.Forbidden, verdict);
    }

    private static TestRun Run() => new("command.run", """{"command":"it"}""");

    private static Task<JobOutcome> RunAsync(string script, TestRun run) => RunUntilAsync(script, run, TestContext.Current.CancellationToken);

    private static async Task<JobOutcome> RunUntilAsync(string script, TestRun run, CancellationToken stopping)
    {
        using var handlers = new HandlerHost(new Dictionary<string, string?>
        {
            ["Commands:it:Program"] = "sh",
            ["Commands:it:Arguments:0"] = "-c",
            ["Commands:it:Arguments:1"] = script,
        });
        return await handlers.RunUntilAsync(run, stopping);
    }

    private static async Task<int> NextIdAsync(TestRun run) =>
        int.Parse(Assert.Single((await run.NextAsync()).Warnings), CultureInfo.InvariantCulture);

    // What was killed still needs a processor to end on.
    private static async Task UntilItIsGoneAsync(int id)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (IsRunning(id))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    // A killed process whose new parent has not collected it yet still has an entry, as a zombie.
    private static bool IsRunning(int id)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{id}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
