using System.Diagnostics;
using System.Text.RegularExpressions;
using CloudController.Jobs.Cli.Tests.Server;

namespace CloudController.Jobs.Cli.Tests;

/// <summary>README's first job, run as a newcomer runs it: every block of shell, one after the other, against a server of its own.</summary>
public sealed partial class ReadmeTests
{
    private const string Address = "http://127.0.0.1:8181";
    private const string Executable = "artifacts/bin/ccjobs/release/ccjobs.dll";

    [Fact]
    public async Task The_first_job_of_the_readme_works_as_it_says()
    {
        using var directory = new TemporaryDirectory();
        using var server = await ServerProcess.StartAsync(directory);
        var address = server.Http.BaseAddress!.ToString().TrimEnd('/');

        var (exitCode, output) = await RunAsync(Script(address), directory.Path, address);

        Assert.True(exitCode == 0, output);
        Assert.Contains($"{address}/v3/jobs/", output, StringComparison.Ordinal);
        Assert.Matches("\"progress\":{\"percent\":[0-9]+,\"message\":\"[0-9.]+ of 4 s\"}", output);
        Assert.Contains("\"state\":\"COMPLETE\"", output, StringComparison.Ordinal);
        Assert.Contains("\"status\": \"finished\"", output, StringComparison.Ordinal);
        Assert.Contains("\"title\":\"CF-AppNotFound\",\"code\":100004", output, StringComparison.Ordinal); // the catalogue's row
        Assert.Contains("\"description\": \"An unknown error occurred.\"", output, StringComparison.Ordinal); // the seed's
        Assert.Matches(@"finished +100 % ", output);
        Assert.Matches(@"GUID +OPERATION +PHASE", output);
    }

    [Fact]
    public async Task The_server_of_the_readme_keeps_its_data_in_the_folder_it_is_started_in()
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", "src/ccjobs", "-getProperty:RunWorkingDirectory"])
        {
            WorkingDirectory = Path.GetDirectoryName(Repository.Find("README.md")),
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;

        var directory = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // None: the caller's. The web SDK's own choice is the project's.
        Assert.Equal((0, ""), (process.ExitCode, directory.Trim()));
    }

    private static string Script(string address)
    {
        var blocks = ShellBlock().Matches(File.ReadAllText(Repository.Find("README.md"))).Select(match => match.Groups[1].Value).ToArray();
        Assert.True(blocks.Length >= 7, "The README has lost its first job.");
        var script = string.Join('\n', blocks);
        Assert.Contains(Address, script, StringComparison.Ordinal);
        Assert.Contains(Executable, script, StringComparison.Ordinal);
        return "set -e\n" + script
            .Replace(Address, address, StringComparison.Ordinal)
            .Replace(Executable, Path.Combine(AppContext.BaseDirectory, "ccjobs.dll"), StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string script, string directory, string address)
    {
        var start = new ProcessStartInfo("bash", ["-c", script + "\n"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["CCJOBS_URL"] = address },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
