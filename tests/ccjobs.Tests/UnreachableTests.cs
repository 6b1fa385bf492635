using CloudController.Jobs.PostgreSql.Tests;

namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1: exit 3 if no server of this API answers.</summary>
public sealed class UnreachableTests
{
    [Theory]
    [InlineData("submit", "noop", "--wait")]
    [InlineData("status", Documents.Guid, "--wait")]
    [InlineData("list")]
    [InlineData("cancel", Documents.Guid)]
    [InlineData("retry", "--queue", "default")]
    [InlineData("queues")]
    [InlineData("queues", "pause", "default")]
    public async Task A_refused_connection_is_exit_code_3(params string[] arguments)
    {
        using var port = Ports.Close();
        var url = $"http://{port.LocalEndPoint}";

        var ended = await Ccjobs.RunAsync([.. arguments, "--server", url]);

        Assert.Equal((3, "", $"No server answers at {url}/: the connection was refused.\n"), (ended.ExitCode, ended.Out, ended.Error));
    }

    [Fact]
    public async Task An_unknown_host_is_exit_code_3()
    {
        // RFC 2606 reserves the name.
        var ended = await Ccjobs.RunAsync("list", "--server", "http://host.invalid");

        Assert.Equal((3, ""), (ended.ExitCode, ended.Out));
        Assert.StartsWith("No server answers at http://host.invalid/: ", ended.Error);
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(200, "<html>Welcome</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, "null")]
    [InlineData(404, "Not found")]
    [InlineData(502, """{"message":"bad gateway"}""")]
    public async Task What_is_no_answer_of_this_API_is_exit_code_3(int status, string body)
    {
        await using var server = await ScriptedServer.StartAsync(status, body);

        var ended = await Ccjobs.RunAsync("status", Documents.Guid, "--server", server.Url);

        Assert.Equal($"What answers at {server.Url}/ is not a server of this API (HTTP status {status}).\n", ended.Error);
        Assert.Equal((3, ""), (ended.ExitCode, ended.Out));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = await ScriptedServer.StartAsync((_, context) =>
        {
            context.Response.Redirect("/elsewhere");
            return context.Response.CompleteAsync();
        });

        var ended = await Ccjobs.RunAsync("list", "--token", "secret", "--server", server.Url);

        Assert.Equal(3, ended.ExitCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_broken_connection_is_exit_code_3()
    {
        await using var server = await ScriptedServer.StartAsync((_, context) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        var ended = await Ccjobs.RunAsync("list", "--server", server.Url);

        Assert.Equal((3, $"No server answers at {server.Url}/: the connection broke.\n"), (ended.ExitCode, ended.Error));
    }
}
