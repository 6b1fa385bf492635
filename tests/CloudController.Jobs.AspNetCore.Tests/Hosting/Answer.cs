using System.Net;
using System.Text.Json;

namespace CloudController.Jobs.AspNetCore.Tests.Hosting;

/// <summary>Reads answers.</summary>
internal static class Answer
{
    /// <summary>The one value of a header; <see langword="null"/> if it is absent.</summary>
    public static string? Header(this HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) || answer.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        return JsonDocument.Parse(bytes).RootElement;
    }

    /// <summary>Asserts that an answer is a v2 error (contract §3).</summary>
    public static async Task IsV2ErrorAsync(this HttpResponseMessage answer, HttpStatusCode status, int code, string name)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/json;charset=utf-8", answer.Header("Content-Type"));
        var body = await answer.JsonAsync();
        Assert.Equal((code, name), (body.GetProperty("code").GetInt32(), body.GetProperty("error_code").GetString()));
        Assert.NotEqual("", body.GetProperty("description").GetString());
        HasCommonHeaders(answer);
    }

    /// <summary>Asserts that an answer is a v3 error (contract §3), and returns its detail.</summary>
    public static async Task<string> IsV3ErrorAsync(this HttpResponseMessage answer, HttpStatusCode status, int code, string title)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Header("Content-Type"));
        var error = Assert.Single((await answer.JsonAsync()).GetProperty("errors").EnumerateArray());
        Assert.Equal((code, title), (error.GetProperty("code").GetInt32(), error.GetProperty("title").GetString()));
        HasCommonHeaders(answer);
        return error.GetProperty("detail").GetString()!;
    }

    private static void HasCommonHeaders(HttpResponseMessage answer)
    {
        Assert.NotNull(answer.Header("X-VCAP-Request-ID"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Null(answer.Header("Server"));
    }
}
