using System.Security.Cryptography;
using System.Text;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.Cli.Server;
using CloudController.Jobs.Cli.Settings;
using Microsoft.Extensions.Configuration;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>The generated token: one file for its owner's eyes, of which the server keeps the hash (contract §2).</summary>
public sealed class AdminTokenTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private DataDirectory Data => new(Path.Combine(directory.Path, "data"));

    private string TokenFile => Data.PathOf("admin-token");

    [Fact]
    public void It_has_256_bits_and_only_its_owner_can_read_it()
    {
        Data.Prepare();
        var token = AdminToken.Find(Data);

        var text = File.ReadAllText(TokenFile).TrimEnd('\n');
        Assert.Equal(43, text.Length); // 32 bytes in base64url without padding
        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(text)), token.Sha256.ToArray());
        Assert.Equal(("admin", ScopeNames.Admin), (token.Name, Assert.Single(token.Scopes)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(TokenFile).UnixFileMode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(Data.Path).UnixFileMode);
        Assert.Equal([TokenFile], Directory.GetFiles(Data.Path));
    }

    [Fact]
    public void It_is_used_again()
    {
        Data.Prepare();

        Assert.Equal(AdminToken.Find(Data).Sha256.ToArray(), AdminToken.Find(Data).Sha256.ToArray());
    }

    [Fact]
    public async Task Whoever_makes_it_at_the_same_moment_gets_the_same()
    {
        Data.Prepare();
        using var start = new Barrier(8);
        var found = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return Convert.ToHexString(AdminToken.Find(Data).Sha256.Span);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Single(found.Distinct());
        Assert.Equal([TokenFile], Directory.GetFiles(Data.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("two words, though there are more than thirty-two characters of them")]
    public void A_file_without_a_token_stops_the_start(string content)
    {
        directory.Write("data/admin-token", content);

        var thrown = Assert.Throws<UsageException>(() => AdminToken.Find(Data));

        Assert.Equal($"{TokenFile} holds no token; without the file a new one is made.", thrown.Message);
    }

    [Theory]
    [InlineData("Auth:Tokens:0:Token", false)]
    [InlineData("Auth:Authority", false)]
    [InlineData("Auth:SigningKeyFile", false)]
    [InlineData("Auth:Audience", true)]
    public void It_is_needed_where_nobody_else_could_sign_in(string key, bool isNeeded)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, "x")]).Build();

        Assert.Equal(isNeeded, AdminToken.IsNeeded(configuration));
    }

    public void Dispose() => directory.Dispose();
}
