using System.Text.Json.Serialization.Metadata;

namespace CloudController.Jobs.Handlers;

/// <summary>How a type of arguments is written when the host application enqueues it.</summary>
internal sealed record ArgumentsType(Type Type, JsonTypeInfo Json);
