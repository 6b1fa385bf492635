using System.Net;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Events;

/// <summary>An event as it came, or a comment: then <paramref name="Name"/> is empty.</summary>
internal sealed record ServerEvent(string Name, string Id, string Data)
{
    public JsonElement Json => JsonDocument.Parse(Data).RootElement;

    public override string ToString() => $"{Name} {Data}";
}

/// <summary>Reads a job's events as an event source does (HTML standard, §9.2).</summary>
internal sealed class FollowedJob : IDisposable
{
    private readonly StreamReader reader;

    private FollowedJob(HttpResponseMessage answer, Stream body) => (Answer, reader) = (answer, new StreamReader(body));

    public HttpResponseMessage Answer { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Follows a job whose stream has to begin.</summary>
    public static async Task<FollowedJob> StartAsync(JobsHost host, Guid job, string? lastEventId = null, string token = Tokens.Writer) =>
        await OfAsync(await AskAsync(host, job, lastEventId, token));

    /// <summary>Reads an answer, which has to be a stream.</summary>
    public static async Task<FollowedJob> OfAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new FollowedJob(answer, await answer.Content.ReadAsStreamAsync(Cancellation));
    }

    public static Task<HttpResponseMessage> AskAsync(JobsHost host, Guid job, string? lastEventId = null, string token = Tokens.Writer)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/v3/jobs/{job}/events");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);

        return host.As(token).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    /// <summary>The next event or comment; <see langword="null"/> at the end of the stream.</summary>
    public async Task<ServerEvent?> NextAsync()
    {
        var (name, id, data) = ("", "", "");
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case [""] when data.Length > 0:
                    return new ServerEvent(name, id, data);
                case ["", var comment]:
                    Assert.Equal("", await reader.ReadLineAsync(Cancellation));
                    return new ServerEvent("", "", comment);
                case ["event", var value]:
                    name = value;
                    break;
                case ["id", var value]:
                    id = value;
                    break;
                case ["data", var value]:
                    data = value;
                    break;
                default:
                    Assert.Fail($"'{line}' is no line of an event.");
                    break;
            }
        }

        return null;
    }

    /// <summary>The next so many events, as their names and data.</summary>
    public async Task<List<string>> TakeAsync(int count)
    {
        var events = new List<string>();
        while (events.Count < count)
            events.Add((await NextAsync())!.ToString());

        return events;
    }

    /// <summary>All events until the stream ends.</summary>
    public async Task<List<ServerEvent>> RestAsync()
    {
        var events = new List<ServerEvent>();
        while (await NextAsync() is { } next)
            events.Add(next);

        return events;
    }

    public void Dispose()
    {
        reader.Dispose();
        Answer.Dispose();
    }
}
