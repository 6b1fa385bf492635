using CloudController.Jobs.AspNetCore.Networking;
using CloudController.Jobs.Callbacks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Callbacks;

/// <summary>Adds what accepts, signs and sends callbacks.</summary>
internal static class CallbackServices
{
    public static void AddCallbacks(this IServiceCollection services)
    {
        services.AddHttpDestinations();
        services.AddOptions<CallbackOptions>().BindConfiguration("Callbacks").ValidateOnStart();
        services.AddSingleton<IValidateOptions<CallbackOptions>, CallbackOptionsValidator>();
        services.AddSingleton<CallbackDestinations>();
        services.AddSingleton<CallbackSecrets>();
        services.AddSingleton<ICallbackSender>(static provider => new CallbackSender(
            provider.GetRequiredService<CallbackDestinations>(),
            HostAddresses.FindAsync,
            provider.GetRequiredService<CallbackSecrets>(),
            provider.GetRequiredService<Links>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CallbackSender>>()));
    }
}
