using System.Net;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Leases;

/// <summary>Contract §5: <c>POST /v3/leases/actions/bulk</c>.</summary>
public sealed class LeaseBulkTests
{
    private const string Bulk = "/v3/leases/actions/bulk";

    [Fact]
    public async Task Each_element_has_a_result_of_its_own_in_order()
    {
        await using var host = await JobsHost.StartAsync();
        var worker = host.As(Tokens.Worker);
        var leases = await LeaseManyAsync(host, worker, 5);
        var foreign = (await host.SubmitAsync(), await host.As(Tokens.Admin).LeaseOneAsync()).Item2;

        var results = await EndAsync(worker, $$"""
            {"leases":[
                {"lease":"{{leases[0]}}","action":"complete","result":7},
                {"lease":"{{leases[1]}}","action":"fail","errors":[{"name":"NoSuchName"}]},
                {"action":"poll_again","seconds":5,"lease":"{{leases[2]}}"},
                {"lease":"{{foreign}}","action":"release"},
                {"lease":"x","action":"release"},
                {"lease":"{{leases[3]}}","action":"explode"},
                {"action":"release"},
                5,
                {"lease":"{{leases[4]}}","action":"release","delay_seconds":3601},
                {"lease":"{{leases[4]}}","action":"release","result":1},
                {"lease":"{{leases[4]}}","action":"release","delay_seconds":60},
                {"lease":"{{leases[4]}}","action":"release","delay_seconds":60},
                {"lease":"{{leases[4]}}","action":"complete"}]}
            """);

        Assert.Equal(
            [200, 422, 200, 403, 404, 422, 422, 422, 422, 422, 200, 200, 409],
            results.Select(result => result.GetProperty("status").GetInt32()));
        Assert.Equal(
            [leases[0], leases[1], leases[2], foreign, "x", leases[3], null, null, leases[4], leases[4], leases[4], leases[4], leases[4]],
            results.Select(result => result.GetProperty("lease").GetString()));
        Assert.Equal(("COMPLETE", "POLLING", "scheduled"), (Body(0).Text("state"), Body(2).Text("state"), Body(10).Text("phase")));
        Assert.Equal(Body(10).GetRawText(), Body(11).GetRawText());
        Assert.Equal(
            [(10008, "CF-UnprocessableEntity"), (10003, "CF-NotAuthorized"), (10010, "CF-ResourceNotFound"), (900005, "CF-LeaseLost")],
            new[] { 1, 3, 4, 12 }
                .Select(index => Body(index).GetProperty("errors")[0])
                .Select(error => (error.GetProperty("code").GetInt32(), error.Text("title"))));

        JsonElement Body(int index) => results[index].GetProperty("body");
    }

    [Fact]
    public async Task It_is_the_same_action_as_one_that_was_sent_alone()
    {
        await using var host = await JobsHost.StartAsync();
        var worker = host.As(Tokens.Worker);
        var leases = await LeaseManyAsync(host, worker, 2);
        var alone = await (await worker.EndAsync(leases[0], "complete", """{"result":[1]}""")).OkAsync();

        var results = await EndAsync(worker, $$"""
            {"leases":[{"lease":"{{leases[0]}}","action":"complete","result":[1.0]},{"lease":"{{leases[1]}}","action":"complete"}]}
            """);
        var again = await (await worker.EndAsync(leases[1], "complete")).OkAsync();

        Assert.Equal([200, 200], results.Select(result => result.GetProperty("status").GetInt32()));
        Assert.Equal(alone.Text("finished_at"), results[0].GetProperty("body").Text("finished_at"));
        Assert.Equal(again.Text("updated_at"), results[1].GetProperty("body").Text("updated_at"));
    }

    [Fact]
    public async Task A_thousand_are_ended_at_once_and_again_with_the_same_results()
    {
        await using var host = await JobsHost.StartAsync();
        var worker = host.As(Tokens.Worker);
        var leases = await LeaseManyAsync(host, worker, 1_000);
        var body = $$"""{"leases":[{{string.Join(',', leases.Select(lease => $$"""{"lease":"{{lease}}","action":"complete"}"""))}}]}""";

        var first = await EndAsync(worker, body);
        var again = await EndAsync(worker, body);

        Assert.All(first, result => Assert.Equal("COMPLETE", result.GetProperty("body").Text("state")));
        Assert.Equal(leases, first.Select(result => result.Text("lease")));
        Assert.Equal(first.Select(result => result.GetRawText()), again.Select(result => result.GetRawText()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"leases":[]}""")]
    [InlineData("""{"leases":{}}""")]
    [InlineData("""{"leases":null}""")]
    [InlineData("""{"leases":[{}],"more":1}""")]
    [InlineData("[]")]
    public async Task One_that_is_no_bulk_is_refused(string body)
    {
        await using var host = await JobsHost.StartAsync();

        await (await host.As(Tokens.Worker).PostAsync(Bulk, body)).IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
    }

    [Fact]
    public async Task More_than_a_thousand_are_refused()
    {
        await using var host = await JobsHost.StartAsync();
        var body = $$"""{"leases":[{{string.Join(',', Enumerable.Repeat("{}", 1_001))}}]}""";

        var detail = await (await host.As(Tokens.Worker).PostAsync(Bulk, body))
            .IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");

        Assert.Equal("leases must be an array of 1 to 1000 objects", detail);
    }

    private static async Task<string[]> LeaseManyAsync(JobsHost host, HttpClient worker, int count)
    {
        for (var index = 0; index < count; index++)
            await host.SubmitAsync();

        var leases = await worker.LeaseAsync($$"""{"operations":["app.delete"],"max_jobs":{{count}}}""");
        return [.. leases.Select(lease => lease.Text("lease"))];
    }

    private static async Task<JsonElement[]> EndAsync(HttpClient worker, string body) =>
        [.. (await (await worker.PostAsync(Bulk, body)).OkAsync()).GetProperty("results").EnumerateArray()];
}
