using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Cli.Tests;

/// <summary>A request that arrived.</summary>
internal sealed record Seen(string Method, string Target, IHeaderDictionary Headers, string Body)
{
    public override string ToString() => $"{Method} {Target}";
}

/// <summary>An HTTP server on a free loopback port that answers as its test says, in the documents of the contract (§3 and §5).</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ScriptedServer(WebApplication app) => this.app = app;

    public ConcurrentQueue<Seen> Requests { get; } = [];

    public string Url => app.Urls.Single();

    /// <summary>Starts a server.</summary>
    /// <param name="answer">Gets the number of the request, from 0, and its context.</param>
    /// <param name="port">By default a free one.</param>
    public static async Task<ScriptedServer> StartAsync(Func<int, HttpContext, Task> answer, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var server = new ScriptedServer(builder.Build());
        var count = -1;
        server.app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            var target = $"{context.Request.Path}{Uri.UnescapeDataString(context.Request.QueryString.Value ?? string.Empty)}";
            server.Requests.Enqueue(new(context.Request.Method, target, new HeaderDictionary(context.Request.Headers.ToDictionary()), await body.ReadToEndAsync()));
            await answer(Interlocked.Increment(ref count), context);
        });
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Answers every request with the same.</summary>
    public static Task<ScriptedServer> StartAsync(int status, string json) => StartAsync((_, context) => AnswerAsync(context, status, json));

    /// <summary>Answers each request with the next of these documents, and the last for ever.</summary>
    public static Task<ScriptedServer> StartAsync(params string[] documents) =>
        StartAsync((number, context) => AnswerAsync(context, 200, documents[Math.Min(number, documents.Length - 1)]));

    public static async Task AnswerAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(json);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
