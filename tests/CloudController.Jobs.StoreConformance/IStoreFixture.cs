using CloudController.Jobs.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.StoreConformance;

/// <summary>How the suite gets at the stores of one kind.</summary>
public interface IStoreFixture
{
    /// <summary>A new, empty, open store that shares nothing with any other.</summary>
    /// <param name="clock">Its only clock.</param>
    /// <param name="signals">Where it tells of its commits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ITestStore> CreateAsync(FakeTimeProvider clock, JobSignals signals, CancellationToken cancellationToken);
}

/// <summary>A store that lives as long as its test.</summary>
public interface ITestStore : IAsyncDisposable
{
    /// <summary>The store, open.</summary>
    IJobStore Store { get; }

    /// <summary>Closes the store, as a process that ends does, and opens the same data anew.</summary>
    Task ReopenAsync(CancellationToken cancellationToken);
}
