using CloudController.Jobs.Cli.Server;
using CloudController.Jobs.Cli.Settings;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>Contract §2: a wrong value stops the start with one line that names the key, the value and what is allowed.</summary>
public sealed class WrongSettingTests
{
    private const string Urls =
        "it can be http://ADDRESS:PORT or https://ADDRESS:PORT, the address an IP address, localhost or *, several with ';' between.";

    private const string NoFile = "ConnectionString names no file for SQLite; it can be such as Data Source=/var/lib/ccjobs/jobs.db.";

    private const string Queue = "a queue is 1 to 128 of a-z, 0-9, '_', '.' and '-', optionally followed by =weight.";

    public static TheoryData<string, string> WrongSettings => new()
    {
        { "--Worker:Concurency=8", "Worker:Concurency (command line) is no setting; Worker:Concurrency is." },
        { "--Foo:Bar=1", "Foo:Bar (command line) is no setting." },
        { "--Auth:Tokens:0:Tokn=x", "Auth:Tokens:0:Tokn (command line) is no setting; Auth:Tokens:N:Token is." },
        { "--Auth:Tokens:first:Token=x", "Auth:Tokens:first:Token (command line) is no setting." },
        { "--urls:0=http://127.0.0.1:0", "urls:0 (command line) is no setting; Urls is." },
        { "--Worker=5", "Worker is '5', but it has no value of its own; Worker:Enabled has." },
        { "--Worker:Queues=a", "Worker:Queues is 'a', but it has no value of its own; Worker:Queues:N has." },

        { "--urls=here", $"Urls is 'here'; {Urls}" },
        { "--urls=", $"Urls is ''; {Urls}" },
        { "--urls=ftp://127.0.0.1:1", $"Urls is 'ftp://127.0.0.1:1'; {Urls}" },
        { "--urls=http://example.org:80", $"Urls is 'http://example.org:80'; {Urls}" },
        { "--urls=http://127.0.0.1:65536", $"Urls is 'http://127.0.0.1:65536'; {Urls}" },
        { "--urls=http://127.0.0.1:0/base", $"Urls is 'http://127.0.0.1:0/base'; {Urls}" },
        { "--urls=http://localhost:0", $"Urls is 'http://localhost:0'; {Urls}" },
        {
            "--urls=https://127.0.0.1:0",
            "Urls is 'https://127.0.0.1:0'; https needs a certificate: Kestrel:Certificates:Default:Path with :KeyPath or :Password."
        },
        { "--DataDirectory=/dev/null/data", "DataDirectory is '/dev/null/data'; it can be a directory that this program may make and write to." },
        { "--Store=mysql", "Store is 'mysql'; it can be sqlite or postgres." },
        { "--Store=postgres", "Store is postgres, and ConnectionString names no database server; it can be such as "
            + "Host=db.example.org;Database=ccjobs;Username=ccjobs;Password=secret." },
        { "--ConnectionString=here", NoFile },
        { "--ConnectionString=Data Source=:memory:", NoFile },
        { "--AutoMigrate=maybe", "AutoMigrate is 'maybe'; it can be true or false." },
        { "--TimeZone=Mars", "TimeZone is 'Mars'; it can be UTC or a zone that this system knows, such as America/Los_Angeles." },
        { "--ExternalUrl=ftp://x", "ExternalUrl is 'ftp://x'; it can be an http or https url without query, such as https://api.example.org." },
        { "--TimeZone=", "TimeZone is ''; it can be UTC or a zone that this system knows, such as America/Los_Angeles." },
        { "--ExternalUrl=", "ExternalUrl is ''; it can be an http or https url without query, such as https://api.example.org." },
        { "--TrustedProxies:0=", "TrustedProxies:0 is ''; it can be an address or a network, such as 192.0.2.1 or 10.0.0.0/8." },
        { "--Worker:Queues:0= ", "Worker:Queues:0 is ' '; it can be the name of a queue, optionally followed by =weight." },
        { "--Auth:Authority=", "Auth:Authority is ''; it can be an https url, or an http url on a loopback address." },
        { "--Auth:SigningKeyFile=", "Auth:SigningKeyFile is ''; it can be a file with a public key, a certificate or a secret." },
        { "--Auth:Audience=", "Auth:Audience is ''; it can be the name that the issuer knows this server by." },
        { "--TrustedProxies:0=x", "TrustedProxies has 'x'; it can have addresses and networks, such as 192.0.2.1 or 10.0.0.0/8." },

        { "--Worker:Enabled=2", "Worker:Enabled is '2'; it can be true or false." },
        { "--Worker:Queues:0=A", $"Worker:Queues has the entry 'A'; {Queue}" },
        { "--Worker:Queues:0=a=0", "Worker:Queues has the entry 'a=0'; a weight is 1 to 1000." },
        { "--Worker:Concurrency=abc", "Worker:Concurrency is 'abc'; it can be a whole number." },
        { "--Worker:Concurrency=", "Worker:Concurrency is ''; it can be a whole number." },
        { "--Worker:Concurrency=1.5", "Worker:Concurrency is '1.5'; it can be a whole number." },
        { "--Worker:Concurrency=99999999999", "Worker:Concurrency is '99999999999'; it can be a whole number." },
        { "--Worker:Concurrency=0", "Worker:Concurrency is 0; it can be 1 to 100000." },
        { "--Worker:LeaseSeconds=4", "Worker:LeaseSeconds is 4; it can be 5 to 3600." },
        { "--Worker:DrainTimeoutSeconds=-1", "Worker:DrainTimeoutSeconds is -1; it can be 0 to 3600." },
        { "--Jobs:DefaultTimeoutSeconds=0", "Jobs:DefaultTimeoutSeconds is 0; it can be 1 to 2592000." },
        { "--Jobs:DefaultMaxAttempts=101", "Jobs:DefaultMaxAttempts is 101; it can be 1 to 100." },
        { "--Jobs:MaxLostRuns=101", "Jobs:MaxLostRuns is 101; it can be 1 to 100." },
        { "--Jobs:MaxArgumentsBytes=0", "Jobs:MaxArgumentsBytes is 0; it can be 1 to 33554432." },
        { "--Jobs:MaxOpenPerOwner=0", "Jobs:MaxOpenPerOwner is 0; it can be 1 to 100000000." },
        { "--Jobs:FinishedRetentionSeconds=0", "Jobs:FinishedRetentionSeconds is 0; it can be 1 or more." },
        { "--Jobs:FailedRetentionSeconds=-5", "Jobs:FailedRetentionSeconds is -5; it can be 1 or more." },
        { "--Jobs:UnknownGuid=1", "Jobs:UnknownGuid is '1'; it can be finished or notFound." },
        { "--Jobs:V2Authentication=yes", "Jobs:V2Authentication is 'yes'; it can be none or required." },
        { "--Errors:CatalogFiles:0=", "Errors:CatalogFiles:0 is ''; it can be a file in the format of Cloud Controller's v2.yml." },
        {
            "--Errors:CatalogFiles:0=/no/such.yml",
            "Errors:CatalogFiles:0 is '/no/such.yml'; it can be a file in the format of Cloud Controller's v2.yml. /no/such.yml: the error catalogue doesn't exist."
        },

        { "--Auth:Tokens:0:Token=x", "Auth:Tokens:0:Name is empty; it can be any text that no other token has." },
        { "--Auth:Authority=uaa", "Auth:Authority is 'uaa'; it can be an https url, or an http url on a loopback address." },
        { "--RateLimit:OpenPerSecond=0", "RateLimit:OpenPerSecond is 0; it can be 1 to 1000000." },
        { "--RateLimit:UserPerSecond=1000001", "RateLimit:UserPerSecond is 1000001; it can be 1 to 1000000." },
        { "--Http:AllowPrivateNetworks=1", "Http:AllowPrivateNetworks is '1'; it can be true or false." },
        { "--Commands:x:Program=./y", "Commands:x:Program is './y'; it can be an absolute path, or the name of a program on PATH." },
        {
            "--Logging:LogLevel:Default=Loud",
            "Logging:LogLevel:Default is 'Loud'; it can be Trace or Debug or Information or Warning or Error or Critical or None."
        },
    };

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public void A_wrong_setting_is_one_sentence_and_nothing_is_made(string setting, string sentence)
    {
        using var directory = new TemporaryDirectory();
        var data = Path.Combine(directory.Path, "data");

        var thrown = Record.Exception(() => ServerHost.Create(SettingSources.Read([$"--DataDirectory={data}", setting])));

        Assert.NotNull(thrown);
        Assert.Equal(new StartFailure(sentence, 2), StartFailure.Of(thrown));
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task The_process_says_it_on_standard_error_alone()
    {
        var ended = await Ccjobs.RunAsync("--Worker:Concurrency=0");

        Assert.Equal("Worker:Concurrency is 0; it can be 1 to 100000.\n", ended.Error);
        Assert.Equal(2, ended.ExitCode);
        Assert.Empty(ended.Out);
    }

    [Fact]
    public async Task A_wrong_variable_is_found_in_the_environment()
    {
        var ended = await Ccjobs.RunAsync(new Setting(Environment: new() { ["CCJOBS__Foo"] = "1" }), "migrate", "--dry-run");

        Assert.Equal((2, "Foo (environment) is no setting.\n"), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task Where_there_is_no_time_zone_data_that_is_said()
    {
        using var directory = new TemporaryDirectory();
        var environment = new Dictionary<string, string> { ["TZDIR"] = directory.Path };

        var ended = await Ccjobs.RunAsync(new Setting(directory.Path, environment), "server", "--TimeZone=America/Los_Angeles");

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal("TimeZone is 'America/Los_Angeles'; it can only be UTC: this system has no time zone data (tzdata).\n", ended.Error);
    }

    [Fact]
    public async Task A_wrong_key_is_found_in_its_file()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("appsettings.json", """{ "Worker": { "Queue": ["a"] } }""");

        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), "server");

        var file = Path.Combine(directory.Path, "appsettings.json");
        Assert.Equal((2, $"Worker:Queue:0 ({file}) is no setting; Worker:Queues:N is.\n"), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task A_file_that_is_no_JSON_is_said_to_be_none()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("appsettings.json", """{ "Store": """);

        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), "server");

        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith("appsettings.json can't be read: ", ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
