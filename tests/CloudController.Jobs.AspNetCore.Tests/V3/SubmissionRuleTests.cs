using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Handlers;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>What an operation's handler and rules have to say about a submission.</summary>
public sealed class SubmissionRuleTests
{
    [Fact]
    public async Task A_handler_that_is_known_here_checks_the_arguments()
    {
        await using var host = await StartAsync();
        var client = host.As(Tokens.Writer);

        var one = await client.PostAsync("/v3/jobs", """{"operation":"sleep","arguments":{}}""");
        var many = await client.PostAsync("/v3/jobs/actions/bulk", """{"jobs":[{"operation":"noop"},{"operation":"sleep"}]}""");

        Assert.Equal("arguments.seconds is required", await one.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        Assert.Equal(
            "jobs[1].arguments.seconds is required",
            await many.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        await client.SubmitAsync("""{"operation":"sleep","arguments":{"seconds":1}}""");
    }

    [Theory]
    [InlineData(Tokens.Writer, "1", HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized", "You are not authorized to perform the requested action")]
    [InlineData(Tokens.Writer, "0", HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity", "arguments.command is unknown")]
    [InlineData(Tokens.Admin, "0", HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity", "arguments.command is unknown")]
    public async Task A_rule_refuses(string token, string arguments, HttpStatusCode status, int code, string title, string detail)
    {
        await using var host = await StartAsync();
        var job = $$"""{"operation":"command.run","arguments":{{arguments}}}""";

        var one = await host.As(token).PostAsync("/v3/jobs", job);
        var many = await host.As(token).PostAsync("/v3/jobs/actions/bulk", $$"""{"jobs":[{{job}}]}""");

        Assert.Equal(detail, await one.IsV3ErrorAsync(status, code, title));
        Assert.EndsWith(detail, await many.IsV3ErrorAsync(status, code, title), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_lets_pass()
    {
        await using var host = await StartAsync();

        await host.As(Tokens.Admin).SubmitAsync("""{"operation":"command.run","arguments":1}""");
        await host.As(Tokens.Writer).SubmitAsync("""{"operation":"command.run.not","arguments":1}""");
    }

    private static Task<JobsHost> StartAsync() => JobsHost.StartAsync(services: services => services
        .AddSingleton<ISubmissionRule, AdministratorsCommands>()
        .AddSingleton(new HandlerRegistration(
            "sleep",
            json => json.Span.IndexOf("seconds"u8) < 0 ? "arguments.seconds is required" : null,
            (_, _, _) => Task.FromResult(JobOutcome.Finished()))));

    private sealed class AdministratorsCommands : ISubmissionRule
    {
        public string Operation => "command.run";

        public SubmissionVerdict Check(Predicate<string> hasScope, ReadOnlyMemory<byte> arguments) =>
            arguments.Span.SequenceEqual("0"u8) ? new SubmissionVerdict.Invalid("arguments.command is unknown")
            : hasScope("commands.run") ? SubmissionVerdict.Allowed
            : SubmissionVerdict.Forbidden;
    }
}
