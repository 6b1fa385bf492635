using System.Text.Json;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.V3.Workers;

/// <summary>Shows the live nodes and leasing workers to those who read everything.</summary>
internal static class WorkerEndpoints
{
    public static void MapWorkers(this IEndpointRouteBuilder v3) =>
        v3.MapMethods("/workers", [HttpMethods.Get, HttpMethods.Head], ListAsync).RequireScope(Scope.ReadEverything);

    private static async Task<IResult> ListAsync(IJobStore store, CancellationToken aborted) =>
        new V3Result<IReadOnlyList<WorkerStatus>>(StatusCodes.Status200OK, await store.ListWorkersAsync(aborted), Write);

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<WorkerStatus> workers)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("resources"u8);
        foreach (var worker in workers)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, worker.Name);
            writer.WriteString("kind"u8, worker.Holder is null ? "node"u8 : "leasing"u8);
            writer.WriteString("subject"u8, worker.Holder?.Subject);
            WriteNames(writer, "queues"u8, worker.Serves.Queues);
            WriteNames(writer, "operations"u8, worker.Serves.Operations.Order(StringComparer.Ordinal));
            writer.WriteNumber("running"u8, worker.Running);
            JobDocument.WriteTime(writer, "last_heartbeat_at"u8, worker.LastHeartbeatAt);
            writer.WriteString("version"u8, worker.Serves.Version);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, ReadOnlySpan<byte> field, IEnumerable<string>? names)
    {
        if (names is null)
        {
            writer.WriteNull(field);
            return;
        }

        writer.WriteStartArray(field);
        foreach (var name in names)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
    }
}
