using System.Text.Json.Serialization;

namespace CloudController.Jobs.Client;

/// <summary>What one answer of the server held.</summary>
public abstract record ServerDocument
{
    /// <summary>The body as it came, byte for byte in UTF-8: also what this version of the client has no property for. Empty for a document that
    /// is a part of another, such as a job in a list.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Json { get; internal set; }
}
