using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.Handlers;

/// <summary>Turns a typed handler into a registration: reads the arguments, checks them, runs the handler.</summary>
internal static class TypedHandler
{
    public static HandlerRegistration Register<TArguments, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        JsonTypeInfo<TArguments> type,
        Func<TArguments, string?> check)
        where TArguments : IJobArguments
        where THandler : class, IJobHandler<TArguments>
    {
        var create = ActivatorUtilities.CreateFactory<THandler>([]);
        return new HandlerRegistration(
            TArguments.Operation,
            json => TryRead(json, type, check, out _, out var whyNot) ? null : whyNot,
            async (services, job, stopping) => TryRead(job.Job.Arguments, type, check, out var arguments, out var whyNot)
                ? await create(services, null).RunAsync(arguments, job, stopping)
                : JobOutcome.Failed("UnprocessableEntity", whyNot).Final());
    }

    private static bool TryRead<TArguments>(
        ReadOnlyMemory<byte> json,
        JsonTypeInfo<TArguments> type,
        Func<TArguments, string?> check,
        [NotNullWhen(true)] out TArguments? arguments,
        [NotNullWhen(false)] out string? whyNot)
        where TArguments : IJobArguments
    {
        arguments = default;
        try
        {
            arguments = JsonSerializer.Deserialize(json.IsEmpty ? "{}"u8 : json.Span, type);
        }
        catch (JsonException exception)
        {
            // The exception's own text names .NET types; its path is what a submitter can use.
            whyNot = $"arguments{exception.Path?.TrimStart('$')} is missing, unknown or of the wrong type for {TArguments.Operation}";
            return false;
        }

        whyNot = arguments is null ? $"arguments must be an object for {TArguments.Operation}" : arguments.Validate() ?? check(arguments);
        return whyNot is null;
    }
}
