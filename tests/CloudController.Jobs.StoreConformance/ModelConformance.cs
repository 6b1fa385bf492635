using CloudController.Jobs.Storage;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Random work on a real store, against the pure lifecycle as the model of what should come of it.</summary>
public abstract class ModelConformance(IStoreFixture fixture)
{
    private const int Samples = 60;

    [Fact]
    public Task A_store_makes_of_jobs_what_the_lifecycle_says() =>
        StoreMove.Any.Array[1, 60].SampleAsync(PlayAsync, iter: Samples, print: Describe);

    private static string Describe(StoreMove[] moves) => string.Join('\n', moves.Select(move => move.ToString()));

    private async Task PlayAsync(StoreMove[] moves)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var clock = new FakeTimeProvider(StoreModel.Start);
        await using var opened = await fixture.CreateAsync(clock, new JobSignals(), cancellation);
        var model = new StoreModel(opened, clock, cancellation);
        foreach (var move in moves)
        {
            await model.MakeAsync(move);
        }
    }
}
