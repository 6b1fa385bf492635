using CloudController.Jobs.Cli.Torture;

namespace CloudController.Jobs.Faults.Tests.Workers;

/// <summary>The sample workers and the nodes they lease from are killed, whatever they are doing.</summary>
public sealed class SampleWorkerTests
{
    private const int Kills = 3;
    private const int JobsBetween = 40;

    [Fact]
    public async Task Whenever_workers_in_Python_and_Node_and_their_nodes_are_killed_each_accepted_job_comes_to_its_one_end()
    {
        await using var trial = await Trial.StartAsync(nodes: 2);

        // In the place of a load balancer.
        await using var front = new SwallowingProxy(() => trial.Cluster.AnyNode.Address.Port);
        var address = new Uri($"http://127.0.0.1:{front.Port}");
        using SampleWorker python = SampleWorker.InPython(trial, address), anotherPython = SampleWorker.InPython(trial, address);
        using SampleWorker node = SampleWorker.InNode(trial, address), anotherNode = SampleWorker.InNode(trial, address);
        SampleWorker[] workers = [python, node, anotherPython, anotherNode];

        var balance = await trial.BalanceAsync(StrikeAsync, kindOf: KindOf);

        Assert.InRange(balance.RunsTakenBack, 2, int.MaxValue);

        async Task StrikeAsync()
        {
            await Task.WhenAll(AtWorkAsync(python), AtWorkAsync(node));
            Array.ForEach(workers, worker => worker.Start());
            for (var kill = 0; kill < Kills; kill++)
            {
                var server = trial.Nodes[kill % trial.Nodes.Count];
                var worker = workers[Random.Shared.Next(workers.Length)];
                await Task.WhenAll(server.KillAsync(), worker.KillAsync());
                worker.Start();
                var starting = server.StartAsync(Trial.Cancellation);
                await trial.AcceptedAsync(JobsBetween);
                await starting;
            }
        }

        // Kills one while it is at work on a job that outlives its lease, which another must take over.
        async Task AtWorkAsync(SampleWorker worker)
        {
            worker.Start();
            await new LostRun(trial, () => worker.EffectsFile).StrikeAsync(worker.KillAsync, StartAsync);

            Task StartAsync()
            {
                worker.Start();
                return Task.CompletedTask;
            }
        }
    }

    // One in ten is for each of the two languages, and of these one in twelve outlives its lease, one in four needs a second attempt.
    private static Kind KindOf(int number) => (number % 20) switch
    {
        1 or 11 => LikeOfNumber(number / 10, SampleWorker.Python),
        2 or 12 => LikeOfNumber(number / 10, SampleWorker.Node),
        _ => Kind.OfNumber(number),
    };

    private static Kind LikeOfNumber(int number, string operation)
    {
        var kind = number % 12 == 0 ? Kind.Long : number % 4 == 1 ? Kind.Flaky : Kind.Short;
        return kind with { Operation = operation };
    }
}
