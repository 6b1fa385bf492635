using System.Buffers;

namespace CloudController.Jobs.AspNetCore.Responses;

/// <summary>Bytes in the making, in an array of the shared pool.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int Initial = 4 * 1024;
    private const int LargestKept = 32 * 1024;

    private byte[] bytes = ArrayPool<byte>.Shared.Rent(Initial);
    private int count;

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, count);

    public void Advance(int written) => count += written;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return bytes.AsMemory(count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return bytes.AsSpan(count);
    }

    /// <summary>Empties it; an array that grew large goes back to the pool.</summary>
    public void Clear()
    {
        count = 0;
        if (bytes.Length > LargestKept)
            Replace(Initial);
    }

    private void Reserve(int size)
    {
        var needed = count + Math.Max(size, 1);
        if (needed > bytes.Length)
            Replace(Math.Max(needed, 2 * bytes.Length));
    }

    private void Replace(int size)
    {
        var (former, next) = (bytes, ArrayPool<byte>.Shared.Rent(size));
        former.AsSpan(0, count).CopyTo(next);
        bytes = next;
        ArrayPool<byte>.Shared.Return(former);
    }
}
