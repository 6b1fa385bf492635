using System.Net;
using System.Text;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>What a node answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The document; undefined where the answer had none.</param>
/// <param name="HasRetryAfter">Whether it said when to come again.</param>
internal sealed record Answer(HttpStatusCode Status, JsonElement Body, bool HasRetryAfter)
{
    private const string Json = "application/json";

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>That of its first error, if it has one.</summary>
    public string? Title => Body is { ValueKind: JsonValueKind.Object } && Body.TryGetProperty("errors", out var errors)
        ? errors[0].GetProperty("title").GetString()
        : null;

    /// <summary>Sends a request as any client does.</summary>
    /// <param name="http">Sends it.</param>
    /// <param name="method">How.</param>
    /// <param name="url">Where.</param>
    /// <param name="body">JSON, if any.</param>
    /// <param name="key">An <c>Idempotency-Key</c>, if any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Answer> ToAsync(
        HttpClient http, HttpMethod method, Uri url, string? body, string? key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, Json);

        using var response = await http.SendAsync(request, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var document = response.Content.Headers.ContentType?.MediaType == Json ? JsonElement.Parse(bytes) : default;
        return new Answer(response.StatusCode, document, response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }
}
