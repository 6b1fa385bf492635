using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace CloudController.Jobs.AspNetCore.RateLimits;

/// <summary>Whom limits count as one client: an IPv4 address, or an IPv6 network of 64 bits, which one household or machine has whole.</summary>
internal readonly record struct ClientAddress(AddressFamily Family, ulong Prefix)
{
    public static ClientAddress Of(IPAddress? address)
    {
        if (address is null)
            return default;

        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length))
            return default;

        if (length == 4)
            return new(AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(bytes));

        return address.IsIPv4MappedToIPv6
            ? new(AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : new(AddressFamily.InterNetworkV6, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
