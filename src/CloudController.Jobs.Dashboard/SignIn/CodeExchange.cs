using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>Trades a code for tokens at the issuer's token endpoint (RFC 6749, section 4.1.3).</summary>
internal sealed class CodeExchange(IOptions<DashboardOptions> options, ILogger<CodeExchange> logger) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Longest * options.Value.Patience,
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    /// <summary>Trades it.</summary>
    /// <returns>The tokens; or why there are none.</returns>
    public async Task<(Tokens? Tokens, SignInProblem? Problem)> TradeAsync(
        string endpoint, string code, string verifier, string redirectUrl, CancellationToken cancellationToken)
    {
        using var request = RequestFor(endpoint, code, verifier, redirectUrl);
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return Read((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.TokenEndpointOutOfReach(exception);
            return (null, SignInProblem.IssuerOutOfReach);
        }
    }

    public void Dispose() => client.Dispose();

    private HttpRequestMessage RequestFor(string endpoint, string code, string verifier, string redirectUrl)
    {
        var (id, secret) = (options.Value.ClientId!, options.Value.ClientSecret);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new FormUrlEncodedContent(
            [
                new("grant_type", "authorization_code"),
                new("code", code),
                new("redirect_uri", redirectUrl),
                new("client_id", id),
                new("code_verifier", verifier),
            ]),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
        if (secret is not null)
        {
            var credentials = $"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)));
        }

        return request;
    }

    private (Tokens?, SignInProblem?) Read(int status, byte[] body)
    {
        var answer = Parse(body);
        if (status is >= 400 and < 500)
        {
            logger.CodeRefused(status, IssuerError.Shown(TextOf(answer, "error")));
            return (null, SignInProblem.RefusedByIssuer);
        }

        if (status == 200
            && TextOf(answer, "access_token") is { Length: > 0 } access
            && string.Equals(TextOf(answer, "token_type"), "bearer", StringComparison.OrdinalIgnoreCase))
        {
            return (new Tokens(access, TextOf(answer, "id_token")), null);
        }

        logger.UnreadableTokens();
        return (null, SignInProblem.IssuerOutOfReach);
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? TextOf(JsonElement answer, string name)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return null;

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // JSON, but no text: half of a surrogate pair, or bytes that are no UTF-8
        }
    }

    /// <param name="Access">What the API takes.</param>
    /// <param name="Id">Who signed in, for this client; <see langword="null"/>: the issuer sent none.</param>
    public sealed record Tokens(string Access, string? Id);
}
