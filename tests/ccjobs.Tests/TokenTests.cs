namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1: <c>--token</c>, else <c>CCJOBS_TOKEN</c>, else, towards a loopback server only, <c>./data/admin-token</c>.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public TokenTests() => directory.Write("data/admin-token", "from-file\n");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task The_option_comes_first() =>
        Assert.Equal("bearer from-option", await SentAsync(new() { ["CCJOBS_TOKEN"] = "from-variable" }, "--token", "from-option"));

    [Fact]
    public async Task The_variable_comes_next() =>
        Assert.Equal("bearer from-variable", await SentAsync(new() { ["CCJOBS_TOKEN"] = "from-variable" }));

    [Fact]
    public async Task The_file_comes_last_towards_a_loopback_server() =>
        Assert.Equal("bearer from-file", await SentAsync([]));

    [Fact]
    public async Task Without_any_no_token_is_sent()
    {
        File.Delete(Path.Combine(directory.Path, "data/admin-token"));

        Assert.Equal("", await SentAsync([]));
    }

    [Fact]
    public async Task The_file_is_not_for_servers_elsewhere()
    {
        // A name that is not loopback's own, which the proxy of this test answers for: what is sent to it can be seen.
        await using var proxy = await ScriptedServer.StartAsync(200, Documents.Page(0));
        var setting = new Setting(directory.Path, new() { ["http_proxy"] = proxy.Url, ["no_proxy"] = "" });

        var ended = await Ccjobs.RunAsync(setting, "list", "--server", "http://jobs.example.com");

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal("", Assert.Single(proxy.Requests).Headers.Authorization.ToString());
    }

    [Fact]
    public async Task A_token_of_the_option_goes_anywhere()
    {
        await using var proxy = await ScriptedServer.StartAsync(200, Documents.Page(0));
        var setting = new Setting(directory.Path, new() { ["http_proxy"] = proxy.Url, ["no_proxy"] = "" });

        await Ccjobs.RunAsync(setting, "list", "--server", "http://jobs.example.com", "--token", "from-option");

        Assert.Equal("bearer from-option", Assert.Single(proxy.Requests).Headers.Authorization.ToString());
    }

    [Theory]
    [InlineData("http://127.0.0.1:8181", true)]
    [InlineData("http://127.8.9.10/", true)]
    [InlineData("http://localhost:8181/", true)]
    [InlineData("http://LOCALHOST", true)]
    [InlineData("http://[::1]:8181/", true)]
    [InlineData("http://[::ffff:127.0.0.1]/", true)]
    [InlineData("http://localhost.example.com/", false)]
    [InlineData("http://127.0.0.1.example.com/", false)]
    [InlineData("http://0.0.0.0/", false)]
    [InlineData("http://10.0.0.1/", false)]
    public void Loopback_is_an_address_of_this_machine_or_its_one_name(string url, bool isLoopback) =>
        Assert.Equal(isLoopback, Commands.ServerAddress.IsLoopback(new Uri(url)));

    private async Task<string> SentAsync(Dictionary<string, string> environment, params string[] options)
    {
        await using var server = await ScriptedServer.StartAsync(200, Documents.Page(0));
        environment["CCJOBS_URL"] = server.Url;

        var ended = await Ccjobs.RunAsync(new Setting(directory.Path, environment), ["list", .. options]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        return Assert.Single(server.Requests).Headers.Authorization.ToString();
    }
}
