using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.Sqlite;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.Hosting;

/// <summary>The whole server on a free port, with a SQLite store of its own and without a worker.</summary>
internal sealed class JobsHost : IAsyncDisposable
{
    /// <summary>How many times longer than elsewhere something may take: the machine may stand still for seconds.</summary>
    public const int Patience = 12;

    private readonly WebApplication app;
    private readonly DirectoryInfo directory;
    private readonly HttpClientHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };

    private JobsHost(WebApplication app, DirectoryInfo directory, LogLines log)
    {
        (this.app, this.directory, Log) = (app, directory, log);
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient(handler) { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>A client without credentials.</summary>
    public HttpClient Client { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => app.Services;

    public IJobStore Store => app.Services.GetRequiredService<IJobStore>();

    public TimeProvider Clock => app.Services.GetRequiredService<TimeProvider>();

    public string DatabaseFile => Path.Combine(directory.FullName, "jobs.db");

    /// <summary>Starts a server.</summary>
    /// <param name="settings">Over the defaults: static <see cref="Tokens"/>, no worker, no rate limits.</param>
    /// <param name="clock">The time; by default the system's.</param>
    /// <param name="services">Further services.</param>
    /// <param name="routes">Further routes.</param>
    /// <param name="pipeline">What stands before the routes; by default what the executable has.</param>
    public static async Task<JobsHost> StartAsync(
        IEnumerable<KeyValuePair<string, string?>>? settings = null,
        TimeProvider? clock = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? routes = null,
        Action<WebApplication>? pipeline = null)
    {
        var directory = Directory.CreateTempSubdirectory("ccjobs-http-");
        var log = new LogLines();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log);
        builder.Configuration
            .AddInMemoryCollection(Tokens.Settings)
            .AddInMemoryCollection([new("Worker:Enabled", "false"), new("RateLimit:Enabled", "false")])
            .AddInMemoryCollection(settings);

        if (clock is not null)
            builder.Services.AddSingleton(clock);

        builder.Services.AddCloudControllerJobs(jobs => jobs.UseSqlite(sqlite => sqlite.Path = Path.Combine(directory.FullName, "jobs.db")));
        builder.Services.AddCloudControllerJobsHttp();
        builder.Services.Configure<AuthOptions>(auth => auth.Patience = Patience);
        builder.Services.Configure<HealthCheckServiceOptions>(health => health.Registrations.ToList().ForEach(check => check.Timeout *= Patience));
        services?.Invoke(builder.Services);

        var app = builder.Build();
        try
        {
            (pipeline ?? (whole => whole.UseCloudControllerJobs()))(app);
            app.MapCloudControllerJobs();
            routes?.Invoke(app);
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new JobsHost(app, directory, log);
        }
        catch
        {
            await app.DisposeAsync();
            directory.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>A client with a bearer token.</summary>
    public HttpClient As(string token) => new(handler, disposeHandler: false)
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("bearer", token) },
    };

    /// <summary>Sends bytes that no client library would send, and reads the answer until the server closes.</summary>
    /// <param name="request">A request that asks for <c>Connection: close</c>; one byte a character.</param>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Lets time pass until something has come: whoever has it sent may have set its timer just after the last advance.</summary>
    /// <param name="clock">The host's.</param>
    /// <param name="comes">What is waited for.</param>
    public async Task PassTimeUntilAsync(FakeTimeProvider clock, Task comes)
    {
        while (!comes.IsCompleted)
        {
            using var answer = await Client.GetAsync("/healthz", TestContext.Current.CancellationToken);
            clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        await comes;
    }

    /// <summary>Begins to stop, as a signal makes a process do.</summary>
    public void StopApplication() => app.Lifetime.StopApplication();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        Client.Dispose();
        handler.Dispose();
        directory.Delete(recursive: true);
    }
}
