namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>Contract §2: file, environment, command line, in rising order.</summary>
public sealed class SettingSourcesTests
{
    [Fact]
    public async Task The_environment_comes_over_the_file_and_the_command_line_over_both()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("appsettings.json", """{ "DataDirectory": "of-file", "Worker": { "Queues": [] } }""");
        var environment = new Dictionary<string, string> { ["CCJOBS__DataDirectory"] = "of-environment" };

        await Ccjobs.RunAsync(new Setting(directory.Path), "migrate");
        await Ccjobs.RunAsync(new Setting(directory.Path, environment), "migrate");
        await Ccjobs.RunAsync(new Setting(directory.Path, environment), "migrate", "--DataDirectory", "of-command-line");

        Assert.Equal(["of-command-line", "of-environment", "of-file"], Directory.GetDirectories(directory.Path).Select(Path.GetFileName).Order());
    }
}
