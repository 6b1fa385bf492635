using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Networking;

/// <summary>Adds where this service's own HTTP requests may go: section <c>Http</c> of the configuration.</summary>
internal static class HttpDestinations
{
    /// <summary>May be called more than once: the lists of a section that is bound twice would be twice as long.</summary>
    public static void AddHttpDestinations(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(AllowedHosts)))
            return;

        services.AddOptions<HttpOptions>().BindConfiguration("Http").ValidateOnStart();
        services.AddSingleton<IValidateOptions<HttpOptions>>(provider =>
            new HttpOptionsValidator(provider.GetRequiredService<IConfiguration>().GetSection("Http")));
        services.AddSingleton(provider => new AllowedHosts(provider.GetRequiredService<IOptions<HttpOptions>>().Value));
    }
}
