using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.AspNetCore.Tests.V3;
using CloudController.Jobs.AspNetCore.Tests.V3.Events;
using CloudController.Jobs.AspNetCore.Tests.V3.Leases;
using CloudController.Jobs.Storage;
using Json.Schema;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.AspNetCore.Tests.OpenApi;

/// <summary>Contract §5: <c>/openapi/v3.json</c> describes all routes, and no answer departs from it.</summary>
public sealed class OpenApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_open_and_has_a_tag()
    {
        await using var host = await JobsHost.StartAsync();

        var first = await host.Client.GetAsync("/openapi/v3.json", Cancellation);
        var again = await host.Client.GetAsync("/openapi/v3.json", "If-None-Match", first.Header("ETag")!);

        Assert.Equal("application/json; charset=utf-8", first.Header("Content-Type"));
        Assert.Equal("3.1.0", (await first.JsonAsync()).Text("openapi"));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task It_has_every_route_and_no_other()
    {
        await using var host = await JobsHost.StartAsync();
        var document = await host.Client.GetJsonAsync("/openapi/v3.json");

        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.Keys().Select(method => $"{method.ToUpperInvariant()} {path.Name}"));
        var mapped = host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} /{route.RoutePattern.RawText!.TrimStart('/')}"));

        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Wherever_a_token_is_asked_for_a_refused_one_may_be_too_many()
    {
        await using var host = await JobsHost.StartAsync();
        var document = await host.Client.GetJsonAsync("/openapi/v3.json");

        var guarded = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Where(operation => operation.Value.TryGetProperty("security", out var security) && security.GetArrayLength() > 0);

        Assert.All(guarded, operation => Assert.True(operation.Value.GetProperty("responses").TryGetProperty("429", out _)));
    }

    [Fact]
    public async Task Its_references_lead_somewhere_and_its_operations_have_names_of_their_own()
    {
        await using var host = await JobsHost.StartAsync();
        var root = JsonNode.Parse(await host.Client.GetStringAsync("/openapi/v3.json", Cancellation))!;
        var references = new List<string>();
        var names = new List<string>();

        Collect(root, references, names);

        Assert.All(
            references.Distinct(),
            reference => Assert.NotNull(reference.TrimStart('#', '/').Split('/').Aggregate(root, (node, key) => node[key]!)));
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public async Task Real_answers_are_as_it_says()
    {
        await using var host = await JobsHost.StartAsync();
        var description = new Description(JsonNode.Parse(await host.Client.GetStringAsync("/openapi/v3.json", Cancellation))!);
        var (writer, admin) = (host.As(Tokens.Writer), host.As(Tokens.Admin));
        const string Full =
            """
            {"operation":"app.delete","arguments":{"a":[1]},"queue":"q","priority":3,"run_at":"2020-01-01T00:00:00Z","max_attempts":2,
            "backoff":{"factor":3},"timeout_seconds":900,"expires_at":"2999-01-01T00:00:00Z","resource":{"type":"app","guid":"g","url":"/x"},
            "metadata":{"labels":{"a":"b"},"annotations":{"c":"d"}}}
            """;

        foreach (var path in new[] { "/", "/v3", "/login", "/v2/info", "/v3/info", "/healthz", "/readyz", "/openapi/v3.json" })
            await description.CheckAsync("get", path, await host.Client.GetAsync(path, Cancellation), HttpStatusCode.OK);

        var submitted = await writer.PostAsync("/v3/jobs", Full);
        await description.CheckAsync("post", "/v3/jobs", submitted, HttpStatusCode.Accepted);
        var guid = (await submitted.JsonAsync()).Guid();
        var (v2, v3) = ($"/v2/jobs/{guid}", $"/v3/jobs/{guid}");
        Task CheckJobAsync() => Task.WhenAll(
            CheckAsync("/v2/jobs/{guid}", host.Client, v2),
            CheckAsync("/v3/jobs/{guid}", writer, v3),
            CheckAsync("/v3/jobs/{guid}", host.As(Tokens.Reader), v3),
            CheckAsync("/v3/jobs/{guid}/explain", writer, $"{v3}/explain"),
            CheckAsync("/v3/jobs", writer, "/v3/jobs?per_page=1&page=1"));
        async Task CheckAsync(string route, HttpClient client, string path) =>
            await description.CheckAsync("get", route, await client.GetAsync(path, Cancellation), HttpStatusCode.OK);

        await CheckJobAsync();
        var run = await host.ClaimAsync();
        var report = new RunReport(new JobProgress(1, null), ["w"], null);
        await host.Store.HeartbeatAsync([new Heartbeat(run.Lease, guid, report)], TimeSpan.FromMinutes(1), Cancellation);
        await CheckJobAsync();
        await host.EndAsync(run, new RunEnd.Failed([JobError.Unknown]), exception: "System.Exception: boom", failure: "System.Exception");
        await CheckJobAsync();
        await CheckAsync("/v3/errors", admin, "/v3/errors");

        async Task ActAsync(string action, HttpStatusCode status) =>
            await description.CheckAsync("post", $"/v3/jobs/{{guid}}/actions/{action}", await writer.ActAsync($"{v3}/actions/{action}"), status);

        await ActAsync("cancel", HttpStatusCode.Accepted);
        await CheckJobAsync();
        await ActAsync("retry", HttpStatusCode.Accepted);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished(), "[1]"u8.ToArray());
        await CheckJobAsync();
        await ActAsync("cancel", HttpStatusCode.UnprocessableEntity);
        foreach (var client in new[] { writer, admin })
            await CheckAsync("/v3/jobs/{guid}/attempts", client, $"{v3}/attempts");
        using (var followed = await FollowedJob.StartAsync(host, guid))
        {
            foreach (var next in await followed.RestAsync())
                description.CheckEvent(next.Name, next.Json);
        }

        var waited = await writer.PostAsync("/v3/jobs/actions/wait", $$"""{"guids":["{{guid}}"],"seconds":1}""");
        await description.CheckAsync("post", "/v3/jobs/actions/wait", waited, HttpStatusCode.OK);
        await description.CheckAsync("delete", "/v3/jobs/{guid}", await writer.DeleteAsync(v3, Cancellation), HttpStatusCode.NoContent);

        var bulk = await writer.PostAsync("/v3/jobs/actions/bulk", $$"""{"jobs":[{{Full}},{"operation":"noop","idempotency_key":"k"}]}""");
        await description.CheckAsync("post", "/v3/jobs/actions/bulk", bulk, HttpStatusCode.Accepted);
        foreach (var action in new[] { "cancel", "retry" })
        {
            var acted = await writer.ActAsync($"/v3/jobs/actions/{action}?queues=q");
            await description.CheckAsync("post", $"/v3/jobs/actions/{action}", acted, HttpStatusCode.Accepted);
        }

        await description.CheckAsync("get", "/v3/queues", await admin.GetAsync("/v3/queues", Cancellation), HttpStatusCode.OK);
        foreach (var action in new[] { "pause", "resume" })
        {
            var acted = await admin.PostAsync($"/v3/queues/q/actions/{action}", """{"reason":"r"}""");
            await description.CheckAsync("post", $"/v3/queues/{{name}}/actions/{action}", acted, HttpStatusCode.OK);
            await description.CheckAsync("get", "/v3/queues/{name}", await admin.GetAsync("/v3/queues/q", Cancellation), HttpStatusCode.OK);
        }

        await description.CheckAsync("get", "/v3/operations", await admin.GetAsync("/v3/operations", Cancellation), HttpStatusCode.OK);
        foreach (var action in new[] { "pause", "resume" })
        {
            var acted = await admin.PostAsync($"/v3/operations/noop/actions/{action}", """{"reason":"r"}""");
            await description.CheckAsync("post", $"/v3/operations/{{name}}/actions/{action}", acted, HttpStatusCode.OK);
            var shown = await admin.GetAsync("/v3/operations/noop", Cancellation);
            await description.CheckAsync("get", "/v3/operations/{name}", shown, HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Real_answers_about_callbacks_are_as_it_says()
    {
        await using var host = await JobsHost.StartAsync();
        var description = new Description(JsonNode.Parse(await host.Client.GetStringAsync("/openapi/v3.json", Cancellation))!);
        var writer = host.As(Tokens.Writer);

        // Not reached: a private address.
        var guid = (await writer.SubmitAsync("""{"operation":"app.delete","callback_url":"http://localhost:1/"}""")).Guid();
        using var watch = host.Services.GetRequiredService<JobSignals>().Watch(guid);
        await writer.ActAsync($"/v3/jobs/{guid}/actions/cancel");
        for (var changed = watch.NextChange; (await host.Store.FindAsync(guid, Cancellation))!.Callbacks.Count == 0; changed = watch.NextChange)
            await changed.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        await description.CheckAsync("get", "/v3/jobs/{guid}", await writer.GetAsync($"/v3/jobs/{guid}", Cancellation), HttpStatusCode.OK);
        await description.CheckAsync("get", "/v3/jobs", await writer.GetAsync("/v3/jobs", Cancellation), HttpStatusCode.OK);
        await description.CheckAsync("get", "/v3/callback_secret", await writer.GetAsync("/v3/callback_secret", Cancellation), HttpStatusCode.OK);
    }

    [Fact]
    public async Task Real_answers_to_workers_are_as_it_says()
    {
        await using var host = await JobsHost.StartAsync();
        var description = new Description(JsonNode.Parse(await host.Client.GetStringAsync("/openapi/v3.json", Cancellation))!);
        var worker = host.As(Tokens.Worker);
        async Task<string> LeaseAsync()
        {
            await host.SubmitAsync();
            var answer = await worker.PostAsync("/v3/leases", """{"operations":["app.delete"]}""");
            await description.CheckAsync("post", "/v3/leases", answer, HttpStatusCode.OK);
            return (await answer.JsonAsync()).GetProperty("resources")[0].Text("lease");
        }

        var last = "";
        foreach (var (action, body) in new[]
        {
            ("complete", """{"result":1}"""), ("fail", "{}"), ("poll_again", """{"seconds":9}"""), ("release", """{"delay_seconds":9}"""),
        })
        {
            var route = $"/v3/leases/{{lease}}/actions/{action}";
            last = await LeaseAsync();
            await description.CheckAsync("patch", "/v3/leases/{lease}", await worker.BeatAsync(last), HttpStatusCode.OK);
            await description.CheckAsync("post", route, await worker.EndAsync(last, action, """{"x":1}"""), HttpStatusCode.UnprocessableEntity);
            await description.CheckAsync("post", route, await worker.EndAsync(last, action, body), HttpStatusCode.OK);
            await description.CheckAsync("patch", "/v3/leases/{lease}", await worker.BeatAsync(last), HttpStatusCode.Conflict);
            await description.CheckAsync("post", route, await host.As(Tokens.Admin).EndAsync(last, action, body), HttpStatusCode.Forbidden);
            await description.CheckAsync("post", route, await worker.EndAsync("x", action, body), HttpStatusCode.NotFound);
        }

        const string Bulk = "/v3/leases/actions/bulk";
        var bulk = $$"""{"leases":[{"lease":"{{await LeaseAsync()}}","action":"complete"},{"lease":"{{last}}","action":"fail"},{}]}""";
        await description.CheckAsync("post", Bulk, await worker.PostAsync(Bulk, bulk), HttpStatusCode.OK);
        await description.CheckAsync("post", Bulk, await worker.PostAsync(Bulk, "{}"), HttpStatusCode.UnprocessableEntity);
        await description.CheckAsync("get", "/v3/workers", await host.As(Tokens.Admin).GetAsync("/v3/workers", Cancellation), HttpStatusCode.OK);
    }

    [Fact]
    public async Task Real_refusals_are_as_it_says()
    {
        await using var host = await JobsHost.StartAsync();
        var description = new Description(JsonNode.Parse(await host.Client.GetStringAsync("/openapi/v3.json", Cancellation))!);
        var writer = host.As(Tokens.Writer);

        await description.CheckAsync("post", "/v3/jobs", await writer.PostAsync("/v3/jobs", "{"), HttpStatusCode.BadRequest);
        await description.CheckAsync("post", "/v3/jobs", await writer.PostAsync("/v3/jobs", "{}"), HttpStatusCode.UnprocessableEntity);
        await description.CheckAsync("post", "/v3/jobs", await writer.PostAsync("/v3/jobs", [], "text/plain"), HttpStatusCode.UnsupportedMediaType);
        var tooLarge = await writer.PostAsync("/v3/jobs", new string(' ', 20_000_000));
        await description.CheckAsync("post", "/v3/jobs", tooLarge, HttpStatusCode.RequestEntityTooLarge);
        await description.CheckAsync("post", "/v3/jobs", await host.Client.PostAsync("/v3/jobs", "{}"), HttpStatusCode.Unauthorized);
        await description.CheckAsync("post", "/v3/jobs", await host.As(Tokens.Reader).PostAsync("/v3/jobs", "{}"), HttpStatusCode.Forbidden);
        await description.CheckAsync("get", "/v3/jobs", await writer.GetAsync("/v3/jobs?page=0", Cancellation), HttpStatusCode.BadRequest);
        await description.CheckAsync("get", "/v3/jobs/{guid}", await writer.GetAsync("/v3/jobs/x", Cancellation), HttpStatusCode.NotFound);
    }

    private static void Collect(JsonNode? node, List<string> references, List<string> names)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    if (name == "$ref")
                        references.Add(value!.GetValue<string>());
                    else if (name == "operationId")
                        names.Add(value!.GetValue<string>());
                    else
                        Collect(value, references, names);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                    Collect(item, references, names);
                break;
        }
    }

    /// <summary>Holds answers against the description.</summary>
    private sealed class Description(JsonNode root)
    {
        private static int checks;

        public async Task CheckAsync(string method, string route, HttpResponseMessage answer, HttpStatusCode status)
        {
            Assert.Equal(status, answer.StatusCode);
            var described = root["paths"]![route]![method]!["responses"]![$"{(int)status}"];
            Assert.NotNull(described);
            if (described["$ref"] is { } reference)
                described = root["components"]!["responses"]![reference.GetValue<string>().Split('/')[^1]]!;

            foreach (var header in described["headers"]?.AsObject().Select(header => header.Key).Where(name => name != "Retry-After") ?? [])
                Assert.NotNull(answer.Header(header));

            var schema = described["content"]?["application/json"]?["schema"];
            if (schema is null)
                Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
            else
                Check(schema, await answer.JsonAsync());
        }

        public void CheckEvent(string name, JsonElement data)
        {
            var schema = name switch
            {
                "state" or "end" => "StateEvent",
                "progress" => "ProgressEvent",
                "warning" => "WarningEvent",
                _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not an event."),
            };
            Check(root["components"]!["schemas"]![schema]!, data);
        }

        private void Check(JsonNode schema, JsonElement json)
        {
            // A name of its own, for the library keeps every schema that it was ever given.
            var whole = new JsonObject
            {
                ["$id"] = $"urn:answer:{Interlocked.Increment(ref checks)}",
                ["$defs"] = root["components"]!["schemas"]!.DeepClone(),
                ["allOf"] = new JsonArray(schema.DeepClone()),
            };
            var text = whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
            var result = JsonSchema.FromText(text).Evaluate(json, new EvaluationOptions { OutputFormat = OutputFormat.List });
            var errors = result.Details!.Where(detail => detail.Errors is not null)
                .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}");
            Assert.True(result.IsValid, string.Join('\n', errors));
        }
    }
}
