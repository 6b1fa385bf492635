using System.Text.Json;
using CloudController.Jobs.Cli.Tests.Handlers;

namespace CloudController.Jobs.Cli.Tests.Moving;

/// <summary>What a store had still to tell when it was moved is told from where it went.</summary>
public sealed class MovedCallbackTests(MovedStore store) : IClassFixture<MovedStore>
{
    private static readonly string[] Settings = ["--Http:AllowPrivateNetworks=true", "--Http:AllowedHosts:0=127.0.0.1", "--Worker:Enabled=false"];

    [Fact]
    public async Task Ends_that_were_refused_or_come_later_are_told_after_the_move()
    {
        var isMoved = false;
        await using var receiver = await FarSide.StartAsync(context =>
        {
            context.Response.StatusCode = Volatile.Read(ref isMoved) ? 204 : 503;
            return Task.CompletedTask;
        });
        var job = $$"""{"operation":"app.delete","callback_url":"{{receiver.Url()}}"}""";
        string refused, open;
        using (var source = await store.StartSqliteAsync(Settings))
        {
            (refused, open) = (await source.SubmitAsync(job), await source.SubmitAsync(job));
            await MovedStore.PostAsync(source, $"/v3/jobs/{refused}/actions/cancel", "");
            await receiver.NextAsync();
            await source.SignalAsync("TERM");
            await source.EndAsync();
        }

        // How often it was refused until now is a matter of time.
        var before = receiver.Received.Count;
        Volatile.Write(ref isMoved, true);
        var moved = await store.MoveAsync();
        Assert.Equal((0, ""), (moved.ExitCode, moved.Error));
        using var target = await store.StartPostgreSqlAsync(Settings);
        await MovedStore.PostAsync(target, $"/v3/jobs/{open}/actions/cancel", "");
        for (var refusals = 1; refusals < before; refusals++)
            await receiver.NextAsync();
        var told = new[] { await receiver.NextAsync(), await receiver.NextAsync() };

        Assert.Equal(new[] { $"{refused}_0", $"{open}_0" }.Order(), told.Select(callback => callback.Headers["webhook-id"]).Order());
        var again = JsonDocument.Parse(told.Single(callback => callback.Headers["webhook-id"] == $"{refused}_0").Body).RootElement;
        Assert.Equal(503, again.GetProperty("callbacks")[0].GetProperty("status").GetInt32());
    }
}
