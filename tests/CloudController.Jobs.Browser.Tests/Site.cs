using CloudController.Jobs.AspNetCore;
using CloudController.Jobs.Dashboard;
using CloudController.Jobs.Sqlite;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.Browser.Tests;

/// <summary>A server with its dashboard and a worker whose handler does what a test tells it.</summary>
internal sealed class Site : IAsyncDisposable
{
    public const string AdminToken = "admin-token";
    public const string WriterToken = "writer-token";

    private readonly WebApplication app;
    private readonly DirectoryInfo directory;

    private Site(WebApplication app, DirectoryInfo directory) => (this.app, this.directory) = (app, directory);

    public string Address => app.Urls.Single();

    public IJobStore Store => app.Services.GetRequiredService<IJobStore>();

    public Stage Stage => app.Services.GetRequiredService<Stage>();

    public static async Task<Site> StartAsync(IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var directory = Directory.CreateTempSubdirectory("ccjobs-browser-");
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Configuration
            .AddInMemoryCollection(
            [
                new("Auth:Tokens:0:Token", AdminToken), new("Auth:Tokens:0:Name", "alex"), new("Auth:Tokens:0:Scopes:0", "cloud_controller.admin"),
                new("Auth:Tokens:1:Token", WriterToken), new("Auth:Tokens:1:Name", "ci"),
                new("Auth:Tokens:1:Scopes:0", "cloud_controller.read"), new("Auth:Tokens:1:Scopes:1", "cloud_controller.write"),
                new("Worker:Concurrency", "8"),
            ])
            .AddInMemoryCollection(settings);
        builder.Services.AddSingleton<Stage>();
        builder.Services.AddCloudControllerJobs(jobs => jobs
            .UseSqlite(sqlite => sqlite.Path = Path.Combine(directory.FullName, "jobs.db"))
            .AddHandler<Scene, StagedHandler>());
        builder.Services.AddCloudControllerJobsHttp();
        builder.Services.AddCloudControllerJobsDashboard();

        var app = builder.Build();
        app.UseCloudControllerJobs();
        app.MapCloudControllerJobs();
        app.MapCloudControllerJobsDashboard();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Site(app, directory);
    }

    /// <summary>Submits a job; <paramref name="change"/> says what is special about it.</summary>
    public async Task<Guid> SubmitAsync(Func<NewJob, NewJob>? change = null)
    {
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var plain = new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = Scene.Operation, Owner = new JobOwner("", "ci") };
        var job = change?.Invoke(plain) ?? plain;
        Assert.IsType<Submission.Accepted>(await Store.SubmitAsync([job], 100_000, TestContext.Current.CancellationToken));
        return job.Guid;
    }

    public async ValueTask DisposeAsync()
    {
        Stage.Close();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        directory.Delete(recursive: true);
    }
}
