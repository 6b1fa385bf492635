namespace CloudController.Jobs.Handlers;

/// <summary>How one operation is done here.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Check">What is wrong with arguments (UTF-8 JSON, empty where none were given), in one sentence that names the field; <see langword="null"/>
/// if nothing is.</param>
/// <param name="RunAsync">Does a run, with the services of its scope.</param>
public sealed record HandlerRegistration(
    string Operation,
    Func<ReadOnlyMemory<byte>, string?> Check,
    Func<IServiceProvider, JobContext, CancellationToken, Task<JobOutcome>> RunAsync);
