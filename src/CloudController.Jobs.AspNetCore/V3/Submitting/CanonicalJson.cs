using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Fingerprints JSON by what it says: neither the order of keys, nor space, nor how numbers and characters are spelt make a difference.
/// Every value is written with its kind and length before it, so that no two values are written alike.</summary>
internal sealed class CanonicalJson : IComparer<CanonicalJson.Property>
{
    private readonly List<Property> properties = [];
    private byte[] buffer;
    private int length;

    private CanonicalJson(int capacity) => buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>SHA-256 of what a JSON value says.</summary>
    /// <param name="json">One value that a reader has accepted.</param>
    /// <param name="except">A property of the outermost object to leave out; empty: none.</param>
    public static byte[] Fingerprint(ReadOnlySpan<byte> json, ReadOnlySpan<byte> except = default)
    {
        var canonical = new CanonicalJson((json.Length * 2) + 64);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        canonical.Write(ref reader, except);
        var hash = SHA256.HashData(canonical.buffer.AsSpan(0, canonical.length));
        ArrayPool<byte>.Shared.Return(canonical.buffer);
        return hash;
    }

    int IComparer<Property>.Compare(Property one, Property other)
    {
        var byKey = Key(one).SequenceCompareTo(Key(other));
        return byKey != 0 ? byKey : one.Start.CompareTo(other.Start);
    }

    private void Write(ref Utf8JsonReader reader, ReadOnlySpan<byte> except)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader, except);
                break;
            case JsonTokenType.StartArray:
                Append("["u8);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    Write(ref reader, default);
                Append("]"u8);
                break;
            case JsonTokenType.String:
                WriteString(ref reader);
                break;
            case JsonTokenType.Number:
                CanonicalNumber.Parse(reader.ValueSpan).AppendTo(this);
                break;
            default:
                Append(reader.ValueSpan[..1]);
                break;
        }
    }

    private void WriteObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> except)
    {
        Append("{"u8);
        var first = properties.Count;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!except.IsEmpty && JsonText.Equals(ref reader, except))
            {
                reader.Skip();
                continue;
            }

            var start = length;
            WriteString(ref reader);
            var keyEnd = length;
            reader.Read();
            Write(ref reader, default);
            properties.Add(new Property(start, keyEnd, length));
        }

        Sort(first);
        Append("}"u8);
    }

    private void Sort(int first)
    {
        var own = CollectionsMarshal.AsSpan(properties)[first..];
        if (!IsSorted(own))
        {
            var start = own[0].Start;
            own.Sort(this);
            Reorder(own, start);
        }

        properties.RemoveRange(first, own.Length);
    }

    private bool IsSorted(ReadOnlySpan<Property> own)
    {
        for (var index = 1; index < own.Length; index++)
        {
            if (Key(own[index - 1]).SequenceCompareTo(Key(own[index])) > 0)
                return false;
        }

        return true;
    }

    private void Reorder(ReadOnlySpan<Property> sorted, int start)
    {
        var rented = ArrayPool<byte>.Shared.Rent(length - start);
        var written = 0;
        foreach (var property in sorted)
        {
            buffer.AsSpan(property.Start, property.End - property.Start).CopyTo(rented.AsSpan(written));
            written += property.End - property.Start;
        }

        rented.AsSpan(0, written).CopyTo(buffer.AsSpan(start));
        ArrayPool<byte>.Shared.Return(rented);
    }

    private void WriteString(ref Utf8JsonReader reader)
    {
        const int Head = 1 + sizeof(int);
        var raw = reader.ValueSpan;
        var destination = Reserve(Head + raw.Length);
        var written = JsonText.Unescape(raw, destination[Head..]);
        destination[0] = (byte)'"';
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], written);
        length += Head + written;
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        length += bytes.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (buffer.Length - length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + count, buffer.Length * 2));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return buffer.AsSpan(length);
    }

    private ReadOnlySpan<byte> Key(Property property) => buffer.AsSpan(property.Start, property.KeyEnd - property.Start);

    internal readonly record struct Property(int Start, int KeyEnd, int End);
}
