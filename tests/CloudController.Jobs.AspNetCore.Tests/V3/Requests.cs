using System.Net;
using System.Text;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Sends v3 requests.</summary>
internal static class Requests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, string json, string? key = null) =>
        client.PostAsync(path, Encoding.UTF8.GetBytes(json), "application/json", key);

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, byte[] body, string? contentType, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);

        return client.SendAsync(request, Cancellation);
    }

    /// <summary>Acts on something, without a body.</summary>
    public static Task<HttpResponseMessage> ActAsync(this HttpClient client, string path) => client.PostAsync(path, content: null, Cancellation);

    /// <summary>Submits a job that has to be accepted.</summary>
    public static async Task<JsonElement> SubmitAsync(this HttpClient client, string json, string? key = null)
    {
        var answer = await client.PostAsync("/v3/jobs", json, key);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return await answer.JsonAsync();
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        var answer = await client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    public static Task<HttpResponseMessage> GetAsync(this HttpClient client, string path, string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header, value);
        return client.SendAsync(request, Cancellation);
    }

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static IEnumerable<string> Keys(this JsonElement json) => json.EnumerateObject().Select(property => property.Name);

    public static Guid Guid(this JsonElement json) => json.GetProperty("guid").GetGuid();
}
