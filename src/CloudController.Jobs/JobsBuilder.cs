using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudController.Jobs.Handlers;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs;

/// <summary>Says which store keeps the jobs and which handlers do them.</summary>
public sealed class JobsBuilder
{
    internal JobsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services that are being built.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Registers the handler of an operation; its arguments are read by reflection. Not for trimmed or ahead-of-time compiled apps: give those a
    /// source-generated type description instead.</summary>
    [RequiresUnreferencedCode("Arguments are read by reflection; use the overload that takes a JsonTypeInfo.")]
    [RequiresDynamicCode("Arguments are read by reflection; use the overload that takes a JsonTypeInfo.")]
    public JobsBuilder AddHandler<TArguments, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where TArguments : IJobArguments
        where THandler : class, IJobHandler<TArguments> =>
        AddHandler<TArguments, THandler>((JsonTypeInfo<TArguments>)JsonSerializerOptions.Web.GetTypeInfo(typeof(TArguments)));

    /// <summary>Registers the handler of an operation.</summary>
    /// <param name="type">How its arguments are read and written, from a source-generated context.</param>
    /// <param name="check">What is wrong with arguments as far as only the application can tell, in one sentence that names the field;
    /// <see langword="null"/> if nothing is. Asked like <see cref="IJobArguments.Validate"/>, after it, with the application's own services.</param>
    public JobsBuilder AddHandler<TArguments, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        JsonTypeInfo<TArguments> type,
        Func<TArguments, IServiceProvider, string?>? check = null)
        where TArguments : IJobArguments
        where THandler : class, IJobHandler<TArguments>
    {
        ArgumentNullException.ThrowIfNull(type);
        Services.AddSingleton(services => TypedHandler.Register<TArguments, THandler>(type, arguments => check?.Invoke(arguments, services)));
        Services.AddSingleton(new ArgumentsType(typeof(TArguments), type));
        return this;
    }
}
