using CloudController.Jobs.Cli.Server;
using CloudController.Jobs.Cli.Settings;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>The child's side: a server as any other, on the store of the trial, with the handler of its jobs. It is told everything on standard
/// input, so that no setting of the machine's has a say and no password stands in a list of processes, and drains when that is closed, so that it
/// does not outlive whoever started it.</summary>
internal static class TortureHost
{
    public const string Command = "torture-node";
    public const string Schema = "Torture:Schema";
    public const string Effects = "Torture:Effects";

    public static Node Create(TextReader input)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(ReadSettings(input)).Build();
        var store = StoreSettings.From(configuration) with { Schema = configuration[Schema] };
        return ServerHost.Create(configuration, store, jobs =>
        {
            jobs.Services.AddSingleton<IHostLifetime>(services => new ParentLifetime(services.GetRequiredService<IHostApplicationLifetime>(), input));
            jobs.Services.AddSingleton(services => new EffectLog(configuration[Effects]!, services.GetRequiredService<TimeProvider>()));
            jobs.AddHandler<TortureWork, TortureWorkHandler>(TortureJson.Default.TortureWork);
        });
    }

    // Key=value, to the first empty line.
    private static IEnumerable<KeyValuePair<string, string?>> ReadSettings(TextReader input)
    {
        while (input.ReadLine() is { Length: > 0 } line)
        {
            var end = line.IndexOf('=', StringComparison.Ordinal);
            yield return new(line[..end], line[(end + 1)..]);
        }
    }
}
