using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudController.Jobs.AspNetCore.Callbacks;
using CloudController.Jobs.AspNetCore.Networking;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.AspNetCore.Tests.V3;
using CloudController.Jobs.Callbacks;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudController.Jobs.AspNetCore.Tests.Callbacks;

/// <summary>Contract §5: a POST of the ended job to its callback, signed, tried again for a day.</summary>
public sealed class CallbackTests
{
    private static readonly KeyValuePair<string, string?>[] Loopback = [new("Http:AllowPrivateNetworks", "true"), new("Http:AllowedHosts:0", "127.0.0.1")];

    [Fact]
    public async Task An_ended_job_is_posted_signed_as_its_owner_reads_it()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await using var receiver = await Receiver.StartAsync();
        await using var host = await JobsHost.StartAsync(Loopback);
        var client = host.As(Tokens.Writer);
        var guid = await SubmitAsync(client, receiver.Address, ""","arguments":{"ü":[1.0]},"resource":{"type":"app","guid":"g","url":"/v3/apps/g"}""");
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished(), """{"done":true}"""u8.ToArray());

        var callback = await receiver.NextAsync();

        Assert.Equal(("POST", "/hook?a=b", "application/json"), (callback.Method, callback.Target, callback.Headers["Content-Type"]));
        Assert.Equal($"{guid}_0", callback.Id);
        Assert.InRange(long.Parse(callback.Headers["webhook-timestamp"]), before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.Equal(await ExpectedSignatureAsync(client, callback), callback.Headers["webhook-signature"]);
        var read = await UntilToldAsync(host, guid);
        Assert.Equal(Without(read.GetRawText(), "callbacks"), Without(Encoding.UTF8.GetString(callback.Body), "callbacks"));
        Assert.Equal(new Uri(host.Address, "/v3/apps/g").ToString(), read.GetProperty("links").GetProperty("app").Text("href"));
        Assert.Equal(("delivered", 204, 1), OnlyCallback(read));
    }

    [Fact]
    public async Task Links_begin_with_the_external_url_where_one_is_set()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await JobsHost.StartAsync([.. Loopback, new("ExternalUrl", "https://jobs.example.org/base/")]);
        var guid = await SubmitAsync(host.As(Tokens.Writer), receiver.Address);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());

        var body = JsonDocument.Parse((await receiver.NextAsync()).Body).RootElement;

        Assert.Equal($"https://jobs.example.org/base/v3/jobs/{guid}", body.GetProperty("links").GetProperty("self").Text("href"));
    }

    [Fact]
    public async Task What_waits_and_is_cancelled_is_told_too()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await JobsHost.StartAsync(Loopback);
        var client = host.As(Tokens.Writer);
        var guid = await SubmitAsync(client, receiver.Address);

        await client.ActAsync($"/v3/jobs/{guid}/actions/cancel");

        Assert.Equal("cancelled", JsonDocument.Parse((await receiver.NextAsync()).Body).RootElement.Text("phase"));
    }

    [Fact]
    public async Task What_a_receiver_refuses_is_sent_again_under_the_same_id()
    {
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await Receiver.StartAsync(
            request => (request == 1 ? 500 : 200, null), until: request => request == 1 ? Task.CompletedTask : looked.Task);
        await using var host = await JobsHost.StartAsync(Loopback);
        var client = host.As(Tokens.Writer);
        var guid = await SubmitAsync(client, receiver.Address);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Failed([JobError.Unknown]));

        var first = await receiver.NextAsync();
        Assert.Equal(("refused", 500, 1), OnlyCallback(await UntilToldAsync(host, guid)));
        looked.SetResult();
        var second = await receiver.NextAsync();

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(await ExpectedSignatureAsync(client, second), second.Headers["webhook-signature"]);
        Assert.Equal(("delivered", 200, 2), OnlyCallback(await UntilToldAsync(host, guid, tries: 2)));
    }

    [Fact]
    public async Task A_retried_jobs_next_end_has_a_callback_of_its_own()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await JobsHost.StartAsync(Loopback);
        var client = host.As(Tokens.Writer);
        var guid = await SubmitAsync(client, receiver.Address);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Failed([JobError.Unknown]));
        var first = await receiver.NextAsync();
        await UntilToldAsync(host, guid);
        await client.ActAsync($"/v3/jobs/{guid}/actions/retry");
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());

        var second = await receiver.NextAsync();

        Assert.Equal(($"{guid}_0", $"{guid}_1"), (first.Id, second.Id));
        Assert.Equal("finished", JsonDocument.Parse(second.Body).RootElement.Text("phase"));
        Assert.Equal(2, (await UntilToldAsync(host, guid, ends: 2)).GetProperty("callbacks").GetArrayLength());
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await Receiver.StartAsync();
        var never = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(
            _ => (307, elsewhere.Address.ToString()), until: request => request == 1 ? Task.CompletedTask : never.Task);
        await using var host = await JobsHost.StartAsync(Loopback);
        var guid = await SubmitAsync(host.As(Tokens.Writer), receiver.Address);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());

        Assert.Equal(("refused", 307, 1), OnlyCallback(await UntilToldAsync(host, guid)));
        Assert.Equal(0, elsewhere.Left);
    }

    // Who makes a certificate says where its issuer's is to be had: that would be a request to anywhere, unchecked.
    [Fact]
    public async Task A_receivers_certificate_sends_nobody_elsewhere()
    {
        await using var elsewhere = await Receiver.StartAsync();
        using var certificate = OfUnknownIssuer(elsewhere.Address);
        await using var receiver = await Receiver.StartAsync(certificate: certificate);
        await using var host = await JobsHost.StartAsync(Loopback);
        var guid = await SubmitAsync(host.As(Tokens.Writer), receiver.Address);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());

        Assert.Equal(("not reached", null), WithoutTries(await UntilToldAsync(host, guid)));
        Assert.Equal((0, 0), (receiver.Left, elsewhere.Left));
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_not_reached_and_no_more_is_said()
    {
        using var nobody = new ClosedPort();
        await using var host = await JobsHost.StartAsync(Loopback);
        var guid = await SubmitAsync(host.As(Tokens.Writer), nobody.Address);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());

        var job = await UntilToldAsync(host, guid);

        Assert.Equal(("not reached", null), WithoutTries(job));
        Assert.Equal(["outcome", "status", "tries", "at"], job.GetProperty("callbacks")[0].Keys());
    }

    [Theory]
    [InlineData("false", "receiver.example.com", "not reached")]
    [InlineData("true", "*", "not reached")]
    [InlineData("true", "receiver.example.com", "delivered")]
    public async Task A_name_that_has_a_private_address_is_refused_when_it_is_connected_to(string allowed, string listed, string outcome)
    {
        await using var receiver = await Receiver.StartAsync();
        KeyValuePair<string, string?>[] settings = [new("Http:AllowPrivateNetworks", allowed), new("Http:AllowedHosts:0", listed)];
        await using var host = await JobsHost.StartAsync(settings, services: services => services.AddSingleton<ICallbackSender>(ThatResolves));
        var guid = await SubmitAsync(host.As(Tokens.Writer), receiver.Address, host: "receiver.example.com");
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());

        var (told, _, _) = OnlyCallback(await UntilToldAsync(host, guid));

        Assert.Equal((outcome, outcome == "delivered" ? 1 : 0), (told, receiver.Left));
    }

    private static X509Certificate2 OfUnknownIssuer(Uri issuersPlace)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var issuer = new CertificateRequest("CN=unknown", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, to);
        var request = new CertificateRequest("CN=receiver", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, [$"{issuersPlace}issuer.cer"]));
        using var certificate = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, to, [1]);
        return certificate.CopyWithPrivateKey(key);
    }

    private static CallbackSender ThatResolves(IServiceProvider services) => new(
        new CallbackDestinations(services.GetRequiredService<AllowedHosts>()),
        (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
        services.GetRequiredService<CallbackSecrets>(),
        services.GetRequiredService<Links>(),
        TimeProvider.System,
        NullLogger<CallbackSender>.Instance);

    private static async Task<Guid> SubmitAsync(HttpClient client, Uri receiver, string? more = null, string? host = null)
    {
        var url = new UriBuilder(receiver) { Path = "/hook", Query = "a=b" };
        url.Host = host ?? url.Host;
        return (await client.SubmitAsync($$"""{"operation":"{{StoredJobs.Operation}}","callback_url":"{{url.Uri}}"{{more}}}""")).Guid();
    }

    // The secret as the owner gets it; the rest as standardwebhooks.com says.
    private static async Task<string> ExpectedSignatureAsync(HttpClient client, Callback callback)
    {
        var secret = (await client.GetJsonAsync("/v3/callback_secret")).Text("secret");
        var signed = Encoding.UTF8.GetBytes($"{callback.Id}.{callback.Headers["webhook-timestamp"]}.").Concat(callback.Body).ToArray();
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
    }

    /// <summary>The job as its owner reads it, once what became of its callback is kept.</summary>
    private static async Task<JsonElement> UntilToldAsync(JobsHost host, Guid guid, int ends = 1, int tries = 1)
    {
        using var watch = host.Services.GetRequiredService<JobSignals>().Watch(guid);
        while (true)
        {
            var changed = watch.NextChange;
            var job = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{guid}");
            var callbacks = job.GetProperty("callbacks");
            if (callbacks.GetArrayLength() >= ends && callbacks[ends - 1].GetProperty("tries").GetInt32() >= tries)
                return job;

            await changed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    private static (string Outcome, int? Status, int Tries) OnlyCallback(JsonElement job)
    {
        var callback = Assert.Single(job.GetProperty("callbacks").EnumerateArray());
        var status = callback.GetProperty("status");
        return (callback.Text("outcome"), status.ValueKind == JsonValueKind.Null ? null : status.GetInt32(), callback.GetProperty("tries").GetInt32());
    }

    // A receiver that is not reached cannot be kept from being tried again.
    private static (string Outcome, int? Status) WithoutTries(JsonElement job)
    {
        var (outcome, status, _) = OnlyCallback(job);
        return (outcome, status);
    }

    private static string Without(string json, string field)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        Assert.True(node.Remove(field));
        return node.ToJsonString();
    }
}
