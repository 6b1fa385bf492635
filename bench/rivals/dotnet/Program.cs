using CloudController.Jobs.Benchmarks.Rivals.Protocol;
using CloudController.Jobs.Rivals;

switch (args)
{
    case ["hangfire"]:
        return await QueueProtocol.ServeAsync(new HangfireQueue());
    case ["quartz"]:
        return await QueueProtocol.ServeAsync(new QuartzQueue());
    default:
        Console.Error.WriteLine("Usage: Rivals hangfire|quartz: a queue that the benchmarks drive by its standard input.");
        return 2;
}
