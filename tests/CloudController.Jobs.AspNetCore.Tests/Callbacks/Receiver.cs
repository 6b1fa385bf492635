using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CloudController.Jobs.AspNetCore.Tests.Callbacks;

/// <summary>A real receiver of callbacks on a loopback port.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<Callback> received = Channel.CreateUnbounded<Callback>();

    private Receiver(Func<int, (int Status, string? Location)> answer, Func<int, Task> until, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, listener =>
        {
            if (certificate is not null)
                listener.UseHttps(OnlyWith(certificate));
        }));
        app = builder.Build();
        var count = 0;
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            received.Writer.TryWrite(new Callback(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray()));
            var number = Interlocked.Increment(ref count);
            await until(number).WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (status, location) = answer(number);
            context.Response.StatusCode = status;
            if (location is not null)
                context.Response.Headers.Location = location;
        });
    }

    public Uri Address => new(app.Urls.Single());

    /// <summary>How many came that nobody has looked at.</summary>
    public int Left => received.Reader.Count;

    /// <summary>Starts one.</summary>
    /// <param name="answer">What it answers to the nth request, from 1.</param>
    /// <param name="until">What it waits for before it answers the nth request; by default nothing.</param>
    /// <param name="certificate">Of https; <see langword="null"/>: it speaks http.</param>
    public static async Task<Receiver> StartAsync(
        Func<int, (int Status, string? Location)>? answer = null, Func<int, Task>? until = null, X509Certificate2? certificate = null)
    {
        var receiver = new Receiver(answer ?? (_ => ((int)HttpStatusCode.NoContent, null)), until ?? (_ => Task.CompletedTask), certificate);
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next callback, once it has come.</summary>
    public async Task<Callback> NextAsync() =>
        await received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    // Itself it asks nobody for its certificate's issuer.
    private static TlsHandshakeCallbackOptions OnlyWith(X509Certificate2 certificate)
    {
        var options = new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true) };
        return new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(options) };
    }
}

internal sealed record Callback(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Id => Headers["webhook-id"];
}
