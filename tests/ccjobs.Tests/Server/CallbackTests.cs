using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudController.Jobs.Cli.Tests.Handlers;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>Callbacks of real servers: told over a kill, once by several nodes, and checked as docs/callbacks.md says.</summary>
public sealed partial class CallbackTests(SharedDatabase database) : IClassFixture<SharedDatabase>, IDisposable
{
    private static readonly string[] Loopback = ["--Http:AllowPrivateNetworks=true", "--Http:AllowedHosts:0=127.0.0.1"];

    private readonly TemporaryDirectory directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_end_whose_teller_is_killed_is_told_again_after_the_restart()
    {
        await using var receiver = await FarSide.StartAsync(WithoutAnswerToTheFirst());
        string first;
        using (var killed = await ServerProcess.StartAsync(directory, Loopback))
        {
            await killed.SubmitAsync(Job("noop", receiver));
            first = (await receiver.NextAsync()).Headers["webhook-id"];
            await killed.SignalAsync("KILL");
            await killed.EndAsync();
        }

        using var server = await ServerProcess.StartAsync(directory, Loopback);
        var again = await receiver.NextAsync();

        Assert.Equal(first, again.Headers["webhook-id"]);
        Assert.Equal("finished", JsonDocument.Parse(again.Body).RootElement.GetProperty("phase").GetString());
    }

    [Fact]
    public async Task An_end_that_came_before_a_kill_and_was_not_told_is_told_after_the_restart()
    {
        await using var receiver = await FarSide.StartAsync(204);
        string guid;
        using (var killed = await ServerProcess.StartAsync(directory, [.. Loopback, "--Worker:Enabled=false"]))
        {
            guid = await killed.SubmitAsync(Job("noop", receiver));
            (await killed.Http.PostAsync($"/v3/jobs/{guid}/actions/cancel", null, Cancellation)).EnsureSuccessStatusCode();
            await killed.SignalAsync("KILL");
            await killed.EndAsync();
        }

        using var server = await ServerProcess.StartAsync(directory, Loopback);

        Assert.Equal($"{guid}_0", (await receiver.NextAsync()).Headers["webhook-id"]);
    }

    [Fact]
    public async Task Nodes_that_share_a_store_tell_each_end_once()
    {
        await using var receiver = await FarSide.StartAsync(204);
        var guids = new List<string>();
        using (var first = await database.StartApiAsync(directory, Loopback))
        using (var second = await database.StartApiAsync(directory, Loopback))
        {
            for (var i = 0; i < 20; i++)
                guids.Add(await first.SubmitAsync(Job("app.delete", receiver)));

            (await second.Http.PostAsync("/v3/jobs/actions/cancel?operations=app.delete", null, Cancellation)).EnsureSuccessStatusCode();
            for (var i = 0; i < guids.Count; i++)
                await receiver.NextAsync();

            // What is on its way is noted before they end.
            foreach (var node in new[] { first, second })
            {
                await node.SignalAsync("TERM");
                Assert.Equal(0, (await node.EndAsync()).ExitCode);
            }
        }

        using var reader = await database.StartApiAsync(directory, Loopback);
        Assert.Equal(guids.Select(guid => $"{guid}_0").Order(), receiver.Received.Select(received => received.Headers["webhook-id"]).Order());
        foreach (var guid in guids)
        {
            var callback = Assert.Single((await reader.ReadAsync(guid)).GetProperty("callbacks").EnumerateArray());
            Assert.Equal(("delivered", 1), (callback.GetProperty("outcome").GetString(), callback.GetProperty("tries").GetInt32()));
        }
    }

    [Fact]
    public async Task The_command_line_submits_one_and_shows_what_became_of_it()
    {
        await using var receiver = await FarSide.StartAsync(204);
        string guid;
        using (var server = await ServerProcess.StartAsync(directory, Loopback))
        {
            var submitted = await RunAsync(server, "submit", "noop", "--callback-url", receiver.Url());
            guid = Assert.Single(submitted.Lines);
            await receiver.NextAsync();
            await server.SignalAsync("TERM");
            await server.EndAsync();
        }

        using var idle = await ServerProcess.StartAsync(directory);
        var status = await RunAsync(idle, "status", guid);

        Assert.Contains(status.Lines, line => line.StartsWith("callback   delivered (204), 1 try, ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("python", "python3", "import json, sys\nprint(verify(sys.argv[1], json.loads(sys.argv[2]), sys.stdin.buffer.read()))")]
    [InlineData("js", "node", "import { readFileSync } from 'node:fs';\nconsole.log(verify(process.argv[2], JSON.parse(process.argv[3]), readFileSync(0)));")]
    public async Task The_sample_of_a_receiver_tells_true_callbacks_from_others(string language, string program, string call)
    {
        await using var receiver = await FarSide.StartAsync(204);
        using var server = await ServerProcess.StartAsync(directory, Loopback);
        await server.SubmitAsync(Job("noop", receiver));
        var callback = await receiver.NextAsync();
        var secret = (await server.Http.GetFromJsonAsync<JsonElement>("/v3/callback_secret", Cancellation)).GetProperty("secret").GetString()!;
        var page = await File.ReadAllTextAsync(Repository.Find("docs", "callbacks.md"), Cancellation);
        var sample = CodeBlocks().Matches(page).Single(block => block.Groups[1].Value == language).Groups[2].Value;
        var file = Path.Combine(directory.Path, language == "js" ? "receiver.mjs" : "receiver.py");
        await File.WriteAllTextAsync(file, $"{sample}\n{call}\n", Cancellation);

        async Task<string> VerifyAsync(string body)
        {
            var headers = callback.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase))
                .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value);
            var start = new ProcessStartInfo(program, [file, secret, JsonSerializer.Serialize(headers)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new System.Text.UTF8Encoding(false),
            };
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteAsync(body);
            process.StandardInput.Close();
            return (await process.StandardOutput.ReadToEndAsync(Cancellation)).Trim().ToLowerInvariant();
        }

        Assert.Equal("true", await VerifyAsync(callback.Body));
        Assert.Equal("false", await VerifyAsync(callback.Body.Replace("finished", "failed", StringComparison.Ordinal)));
    }

    public void Dispose() => directory.Dispose();

    private static string Job(string operation, FarSide receiver) => $$"""{"operation":"{{operation}}","callback_url":"{{receiver.Url("/hook")}}"}""";

    private static Microsoft.AspNetCore.Http.RequestDelegate WithoutAnswerToTheFirst()
    {
        var count = 0;
        return async context =>
        {
            if (Interlocked.Increment(ref count) == 1)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

            context.Response.StatusCode = 204;
        };
    }

    private static Task<Ended> RunAsync(ServerProcess server, params string[] arguments) => Ccjobs.RunAsync(
        [.. arguments, "--server", server.Http.BaseAddress!.ToString(), "--token", server.Http.DefaultRequestHeaders.Authorization!.Parameter!]);

    [GeneratedRegex("```(python|js)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();
}
