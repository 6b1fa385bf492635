using System.Net;
using System.Text;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Leases;

/// <summary>Does what a worker in another language does.</summary>
internal static class LeaseRequests
{
    /// <summary>Asks for jobs.</summary>
    /// <returns>The leases.</returns>
    public static async Task<JsonElement[]> LeaseAsync(this HttpClient worker, string request = """{"worker":"w","operations":["app.delete"]}""")
    {
        var answer = await worker.PostAsync("/v3/leases", request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return [.. (await answer.JsonAsync()).GetProperty("resources").EnumerateArray()];
    }

    /// <summary>Asks for one job, which must be there.</summary>
    /// <returns>The lease's name.</returns>
    public static async Task<string> LeaseOneAsync(this HttpClient worker) => Assert.Single(await worker.LeaseAsync()).Text("lease");

    public static Task<HttpResponseMessage> EndAsync(this HttpClient worker, string lease, string action, string body = "{}") =>
        worker.PostAsync($"/v3/leases/{lease}/actions/{action}", body);

    public static Task<HttpResponseMessage> BeatAsync(this HttpClient worker, string lease, string body = "{}") => worker.PatchAsync(
        $"/v3/leases/{lease}", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    public static Task IsLostAsync(this HttpResponseMessage answer) => answer.IsV3ErrorAsync(HttpStatusCode.Conflict, 900005, "CF-LeaseLost");

    public static async Task<JsonElement> OkAsync(this HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }
}
