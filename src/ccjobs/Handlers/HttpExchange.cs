using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Networking;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Sends the requests of <c>http.request</c> jobs, and follows redirects only to where a request may go.</summary>
internal sealed class HttpExchange : IDisposable
{
    private const int MaxRedirects = 5;

    private readonly AllowedHosts hosts;
    private readonly HttpMessageInvoker client;

    /// <param name="hosts">Where requests may go.</param>
    /// <param name="resolve">All addresses of a host name.</param>
    public HttpExchange(AllowedHosts hosts, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        this.hosts = hosts;
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = new GuardedConnector(hosts.Reach, resolve).ConnectAsync,
            SslOptions = GuardedTls.Create(),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            // A proxy would connect in our place, unchecked; cookies would carry one owner's session into another's job.
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        });
    }

    /// <summary>Whether requests may go to a host at all.</summary>
    public bool Allows(Uri destination) => hosts.Reach(destination.IdnHost) != HostReach.Nowhere;

    /// <summary>Sends a request.</summary>
    /// <returns>The first response that is no redirect, or is expected; its body is still to be read.</returns>
    /// <exception cref="DestinationRefusedException">It was to go, or was redirected, where it may not.</exception>
    /// <exception cref="HttpRequestException">There was no connection, or what came is not HTTP.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestArguments arguments, JobContext job, CancellationToken cancellationToken)
    {
        var hop = new Hop(arguments.Destination(), new HttpMethod(arguments.EffectiveMethod()), WithBody: true, WithSecrets: true);
        for (var redirects = 0; ; redirects++)
        {
            if (!Allows(hop.Uri))
                throw new DestinationRefusedException($"The host {hop.Uri.IdnHost} is not allowed.");

            var response = await SendAsync(arguments, job, hop, cancellationToken);
            if (arguments.Expects(response.StatusCode) || !IsRedirect(response))
                return response;

            using (response)
            {
                if (redirects == MaxRedirects)
                    throw new DestinationRefusedException($"There were more than {MaxRedirects} redirects.");

                hop = hop.Follow(response.StatusCode, response.Headers.Location!);
            }
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestArguments arguments, JobContext job, Hop hop, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(hop.Method, hop.Uri);
        request.Headers.Add(JobHeaders.IdempotencyKey, job.Guid.ToString());
        request.Headers.Add(JobHeaders.Guid, job.Guid.ToString());
        request.Headers.Add(JobHeaders.Attempt, job.Attempt.ToString(CultureInfo.InvariantCulture));
        if (hop.WithBody && arguments.HasBody())
            request.Content = ContentOf(arguments.Body);

        foreach (var (name, value) in arguments.Headers ?? new Dictionary<string, string>())
        {
            if (hop.WithSecrets || IsHarmless(name))
                Add(request, name, value);
        }

        return await client.SendAsync(request, cancellationToken);
    }

    private static StringContent ContentOf(JsonElement body) => body.ValueKind == JsonValueKind.String
        ? new StringContent(body.GetString()!, Encoding.UTF8, "text/plain")
        : new StringContent(body.GetRawText(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    // A header about a body goes with the body, and stays behind where that does.
    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (request.Headers.TryAddWithoutValidation(name, value) || request.Content is null)
            return;

        request.Content.Headers.Remove(name);
        request.Content.Headers.TryAddWithoutValidation(name, value);
    }

    // What another origin may see of the submitter's headers; any other can be a credential.
    private static bool IsHarmless(string name) =>
        name.StartsWith("Accept", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase);

    private static bool IsRedirect(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is not null;

    /// <summary>One request on the way through redirects.</summary>
    private sealed record Hop(Uri Uri, HttpMethod Method, bool WithBody, bool WithSecrets)
    {
        /// <summary>The next one, as browsers do it: 303 asks for the result with GET, 301 and 302 do so after a POST, 307 and 308 repeat.</summary>
        public Hop Follow(HttpStatusCode status, Uri location)
        {
            var next = new Uri(Uri, location);
            if (next.Scheme is not ("http" or "https") || (Uri.Scheme == "https" && next.Scheme == "http") || next.UserInfo.Length > 0)
                throw new DestinationRefusedException($"A redirect to the scheme {next.Scheme} on {next.IdnHost} is not followed.");

            var asGet = status switch
            {
                HttpStatusCode.SeeOther => Method != HttpMethod.Head,
                HttpStatusCode.MovedPermanently or HttpStatusCode.Found => Method == HttpMethod.Post,
                _ => false,
            };
            var sameOrigin = next.Scheme == Uri.Scheme && next.IdnHost == Uri.IdnHost && next.Port == Uri.Port;
            return new Hop(next, asGet ? HttpMethod.Get : Method, WithBody && !asGet, WithSecrets && sameOrigin);
        }
    }
}
