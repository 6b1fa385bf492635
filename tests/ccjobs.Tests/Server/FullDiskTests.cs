using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>A disk that is full: 503 and a clear log while it lasts, nothing lost, and well again by itself.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private bool isMounted;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(directory.Path, "data");

    [Fact]
    public async Task A_full_disk_refuses_jobs_loses_none_and_heals_by_itself()
    {
        Directory.CreateDirectory(Data);
        isMounted = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", Data);
        Assert.SkipUnless(isMounted, "A small disk can only be had where this user may mount one (root on Linux).");

        await using var runs = await HeldRuns.StartAsync();
        using var server = await ServerProcess.StartAsync(directory, HeldRuns.Settings);
        var accepted = new List<string> { await server.SubmitAsync(runs.Job) };
        await runs.BeginAsync();

        var filling = Path.Combine(Data, "filling");
        Fill(filling);
        using var refused = await SubmitUntilRefusedAsync(server, accepted);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        var error = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancellation)).RootElement.GetProperty("errors")[0];
        Assert.Equal(("CF-ServiceUnavailable", 10015), (error.GetProperty("title").GetString(), error.GetProperty("code").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/healthz"));

        // The least write may still find room; a larger one fails again and again until a probe does, too.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(server, "/readyz"));

        // A run that ends meanwhile, too, is written once there is room.
        runs.End();
        File.Delete(filling);
        while (await StatusAsync(server, "/readyz") != HttpStatusCode.OK)
            await Task.Yield();

        accepted.Add(await server.SubmitAsync("""{"operation":"noop"}"""));
        foreach (var guid in accepted)
            await server.WaitForAsync(guid, "finished");

        await server.SignalAsync("TERM");
        var ended = await server.EndAsync();
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("The store cannot be written.", ended.Out, StringComparison.Ordinal);
        Assert.Contains("The store can be written again.", ended.Out, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (isMounted)
            Run("umount", "-l", Data);
        directory.Dispose();
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // That is what it is for.
        }
    }

    private static async Task<HttpResponseMessage> SubmitUntilRefusedAsync(ServerProcess server, List<string> accepted)
    {
        while (true)
        {
            using var content = new StringContent(
                $$"""{"operation":"noop","arguments":"{{new string('x', 20_000)}}"}""", Encoding.UTF8, "application/json");
            var response = await server.Http.PostAsync("/v3/jobs", content, Cancellation);
            if (response.StatusCode != HttpStatusCode.Accepted)
                return response;

            using (response)
                accepted.Add(JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement.GetProperty("guid").GetString()!);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(ServerProcess server, string path)
    {
        using var response = await server.Http.GetAsync(path, Cancellation);
        return response.StatusCode;
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}
