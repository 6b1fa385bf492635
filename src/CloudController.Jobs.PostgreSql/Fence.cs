using System.Buffers.Binary;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>This store's number of a job is the first half of its guid, by which a range of the guids' index finds it: jobs need no second key. Jobs
/// of one millisecond may share it; their leases differ by nonce.</summary>
internal static class Fence
{
    public static LeaseId Lease(Guid job, int run, long nonce) => new(Number(job), run, nonce);

    /// <summary>Whether the lease is one of this job's.</summary>
    public static bool Names(this LeaseId lease, Guid job) => lease.Job == Number(job);

    private static long Number(Guid job)
    {
        Span<byte> bytes = stackalloc byte[16];
        job.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }
}
