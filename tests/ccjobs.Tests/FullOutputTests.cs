using System.Diagnostics;

namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1: errors are one plain sentence, that of a standard output which can't be written included.</summary>
public sealed class FullOutputTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("migrate --dry-run")]
    [InlineData("bench --jobs=1 --json")]
    public async Task What_cannot_be_written_is_one_sentence_and_exit_code_1(string arguments)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "This system has no /dev/full.");
        using var directory = new TemporaryDirectory();
        var start = new ProcessStartInfo("sh", ["-c", $"exec dotnet '{Path.Combine(AppContext.BaseDirectory, "ccjobs.dll")}' {arguments} >/dev/full"])
        {
            WorkingDirectory = directory.Path,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;

        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // The reason is ENOSPC's text.
        Assert.Equal((1, "The result can't be written: No space left on device.\n"), (process.ExitCode, error));
    }
}
