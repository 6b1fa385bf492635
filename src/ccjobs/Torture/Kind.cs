using System.Globalization;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>A kind of job: who does it, how long it takes, and how many attempts it needs.</summary>
/// <param name="Operation">That of <see cref="TortureWork"/> for nodes, of <see cref="LeaseWorker"/>, or of another worker.</param>
/// <param name="Seconds">How long it runs.</param>
/// <param name="Attempts">The first that succeeds.</param>
internal sealed record Kind(string Operation, double Seconds, int Attempts)
{
    public static readonly Kind Short = new(TortureWork.Operation, 0.1, 1);

    public static readonly Kind Flaky = new(TortureWork.Operation, 0.1, 2);

    /// <summary>Outlives its first lease.</summary>
    public static readonly Kind Long = new(TortureWork.Operation, Cluster.LeaseSeconds + 1, 1);

    /// <summary>Done by a worker that leases over HTTP.</summary>
    public static readonly Kind Leased = new(LeaseWorker.Operation, 0.1, 1);

    /// <summary>Whether it is done by a worker that leases over HTTP.</summary>
    public bool IsLeased => Operation != TortureWork.Operation;

    /// <summary>What is submitted.</summary>
    public string Job => string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "operation": "{{Operation}}", "arguments": { "seconds": {{Seconds}}, "attempts": {{Attempts}} },
          "max_attempts": {{Attempts}}, "backoff": { "initial_seconds": 1, "factor": 1, "max_seconds": 1 }
        }
        """);

    /// <summary>One job in forty outlives its lease, one in five needs a second attempt, one in seven is leased over HTTP.</summary>
    public static Kind OfNumber(int number) =>
        number % 40 == 0 ? Long : number % 5 == 0 ? Flaky : number % 7 == 0 ? Leased : Short;
}
