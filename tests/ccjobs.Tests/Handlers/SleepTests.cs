using CloudController.Jobs.Cli.Handlers;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Cli.Tests.Handlers;

public sealed class SleepTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly HandlerHost handlers;

    public SleepTests() => handlers = new HandlerHost(time: time);

    public void Dispose() => handlers.Dispose();

    [Fact]
    public async Task It_tells_how_far_it_is()
    {
        var run = new TestRun("sleep", """{"seconds":10}""");

        var running = handlers.RunAsync(run);
        for (var second = 1; second <= 10; second++)
        {
            Assert.False(running.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(1));
            var progress = (await run.NextAsync()).Progress!;
            Assert.Equal((10 * second, $"{second} of 10 s"), (progress.Percent, progress.Message));
        }

        Assert.IsType<JobOutcome.Done>(await running);
    }

    [Fact]
    public async Task A_fraction_is_slept_to_its_end()
    {
        var run = new TestRun("sleep", """{"seconds":0.3}""");

        var running = handlers.RunAsync(run);
        time.Advance(TimeSpan.FromSeconds(0.25));
        Assert.Equal("0.25 of 0.3 s", (await run.NextAsync()).Progress!.Message);
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.05));

        Assert.Equal(100, (await run.NextAsync()).Progress!.Percent);
        Assert.IsType<JobOutcome.Done>(await running);
    }

    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(5, 0.5)]
    [InlineData(10, 1)]
    [InlineData(60, 1)]
    [InlineData(100, 1)]
    [InlineData(86_400, 864)]
    public void It_reports_often_enough_for_a_person_and_seldom_enough_for_a_crowd(double seconds, double step) =>
        Assert.Equal(step, SleepHandler.StepOf(seconds));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"fail":false}""")]
    [InlineData("""{"seconds":0,"fail":null}""")]
    public async Task Nothing_to_sleep_is_done_at_once(string arguments) =>
        Assert.IsType<JobOutcome.Done>(await handlers.RunAsync(new TestRun("sleep", arguments)));

    [Fact]
    public async Task Told_to_fail_it_fails_without_a_name_that_the_outside_could_see()
    {
        var failure = (await handlers.RunAsync(new TestRun("sleep", """{"fail":true}"""))).Failure();

        Assert.Empty(failure.Errors);
        Assert.False(failure.IsFinal);
    }

    // cf-error-codes: 10003,NotAuthorized takes no argument; 10010,ResourceNotFound takes one.
    [Theory]
    [InlineData("""{"fail":"NotAuthorized"}""", 10003, "CF-NotAuthorized")]
    [InlineData("""{"fail":{"name":"ResourceNotFound","args":["gone"]}}""", 10010, "CF-ResourceNotFound")]
    public async Task Told_a_name_it_fails_with_that_catalogue_entry(string arguments, int code, string title)
    {
        var outcome = await handlers.RunAsync(new TestRun("sleep", arguments));

        Assert.False(outcome.Failure().IsFinal);
        Assert.Equal((code, title), (outcome.Error().Code, outcome.Error().Title));
    }

    [Fact]
    public async Task A_stopped_sleep_wakes_up()
    {
        using var stopping = new CancellationTokenSource();

        var running = handlers.RunUntilAsync(new TestRun("sleep", """{"seconds":86400}"""), stopping.Token);
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData("""{"seconds":-1}""", "arguments.seconds is -1; it can be 0 to 86400")]
    [InlineData("""{"seconds":86400.5}""", "arguments.seconds is 86400.5; it can be 0 to 86400")]
    [InlineData("""{"seconds":1e400}""", "arguments.seconds")]
    [InlineData("""{"seconds":"5"}""", "arguments.seconds")]
    [InlineData("""{"fail":5}""", "arguments.fail can be")]
    [InlineData("""{"fail":{"args":[]}}""", "arguments.fail can be")]
    [InlineData("""{"fail":{"name":"NotAuthorized","args":[{}]}}""", "arguments.fail can be")]
    [InlineData("""{"fail":{"name":"NotAuthorized","more":1}}""", "arguments.fail can be")]
    [InlineData("""{"fail":"NoSuchName"}""", "arguments.fail: ")]
    [InlineData("""{"fail":""}""", "arguments.fail can be")]
    [InlineData("""{"fail":{"name":"ResourceNotFound"}}""", "arguments.fail: ")]
    [InlineData("""{"second":5}""", "arguments")]
    [InlineData("""5""", "arguments")]
    public void Wrong_arguments_are_refused_with_the_field_named(string arguments, string whyNot) =>
        Assert.StartsWith(whyNot, handlers.Check("sleep", arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1,{\"a\":2}]")]
    [InlineData("\"text\"")]
    public async Task Noop_takes_anything_and_is_done(string arguments)
    {
        Assert.Null(handlers.Check("noop", arguments));
        Assert.IsType<JobOutcome.Done>(await handlers.RunAsync(new TestRun("noop", arguments)));
    }

    [Fact]
    public async Task Ten_thousand_sleep_on_a_handful_of_threads()
    {
        using var real = new HandlerHost();
        using var stopping = new CancellationTokenSource();
        var before = ThreadPool.ThreadCount;

        var sleeping = Enumerable.Range(0, 10_000)
            .Select(_ => real.RunUntilAsync(new TestRun("sleep", """{"seconds":86400}"""), stopping.Token))
            .ToList();

        Assert.InRange(ThreadPool.ThreadCount, 0, before + 100);
        Assert.DoesNotContain(sleeping, sleep => sleep.IsCompleted);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(sleeping));
        Assert.All(sleeping, sleep => Assert.True(sleep.IsCanceled));
    }
}
