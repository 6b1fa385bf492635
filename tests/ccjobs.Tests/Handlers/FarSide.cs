using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Cli.Tests.Handlers;

/// <summary>A real HTTP server on a loopback port, and what came to it.</summary>
internal sealed class FarSide : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Received> received = new();
    private readonly Channel<Received> coming = Channel.CreateUnbounded<Received>();

    private FarSide(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            var request = new Received(
                context.Request.Method,
                context.Request.Path.Value + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await body.ReadToEndAsync(context.RequestAborted));
            received.Enqueue(request);
            coming.Writer.TryWrite(request);
            await answer(context);
        });
    }

    /// <summary>Requests so far, oldest first.</summary>
    public IReadOnlyList<Received> Received => [.. received];

    /// <summary>The next request, once it has come.</summary>
    public async Task<Received> NextAsync() =>
        await coming.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public int Port => new Uri(app.Urls.Single()).Port;

    public static async Task<FarSide> StartAsync(RequestDelegate answer)
    {
        var farSide = new FarSide(answer);
        await farSide.app.StartAsync(TestContext.Current.CancellationToken);
        return farSide;
    }

    public static Task<FarSide> StartAsync(int status, string body = "") => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body, context.RequestAborted);
    });

    /// <summary>An address on it, under a name that the test's resolver knows, or its literal address.</summary>
    public string Url(string path = "/", string host = "127.0.0.1") => $"http://{host}:{Port}{path}";

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

internal sealed record Received(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
