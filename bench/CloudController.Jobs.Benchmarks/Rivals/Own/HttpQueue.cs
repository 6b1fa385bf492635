using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;

namespace CloudController.Jobs.Benchmarks.Rivals.Own;

/// <summary>The same system from outside: jobs submitted to <c>ccjobs server</c> over HTTP, each call answered 202 after the commit, and run by the
/// library's worker in another process.</summary>
internal sealed class HttpQueue : IQueueProgram
{
    private readonly LibraryQueue library = new();

    public string Versions => library.Versions;

    public Task SetUpAsync(QueueServer server) => library.SetUpAsync(server);

    public async Task<TimeSpan> EnqueueAsync(QueueServer server, QueueLoad load)
    {
        await using var producer = await OpenProducerAsync(server, load.Setting);
        return await QueueCallers.RunAsync(producer, load);
    }

    public Task<IAsyncDisposable> StartWorkersAsync(QueueServer server, string setting, QueueRuns runs) =>
        library.StartWorkersAsync(server, setting, runs);

    public async Task<IQueueProducer> OpenProducerAsync(QueueServer server, string setting)
    {
        var scratch = new ScratchDirectory(Path.GetTempPath());
        var http = await JobsServer.StartAsync(
            scratch.Path, "--Store=postgres", $"--ConnectionString={server.ConnectionString(20)}", "--Worker:Enabled=false");
        return new Producer(http, scratch);
    }

    private sealed class Producer(JobsServer http, ScratchDirectory scratch) : IQueueProducer
    {
        private const string Job = $$"""{"operation":"app.delete","arguments":{{SomeArguments.Text}}}""";
        private static readonly MediaTypeHeaderValue Json = new("application/json");

        private readonly HttpClient client = http.CreateClient();
        private readonly byte[] one = Encoding.UTF8.GetBytes(Job);
        private byte[] many = [];
        private int manyCount;

        public Task AddAsync() => PostAsync("/v3/jobs", one);

        public Task AddManyAsync(int count)
        {
            if (count != manyCount)
            {
                var jobs = string.Join(',', Enumerable.Repeat(Job, count));
                many = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"jobs":[{{jobs}}]}"""));
                manyCount = count;
            }

            return PostAsync("/v3/jobs/actions/bulk", many);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await http.DisposeAsync();
            scratch.Dispose();
        }

        private async Task PostAsync(string path, byte[] body)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = Json;
            using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
            answer.EnsureSuccessStatusCode();
        }
    }
}
