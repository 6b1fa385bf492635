using CloudController.Jobs.AspNetCore;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.Cli.Settings;
using CloudController.Jobs.Dashboard;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Cli.Server;

/// <summary>The server: HTTP API and worker in one process, and nothing that its settings do not ask for.</summary>
internal static class ServerHost
{
    private const string NoTokens = "Store is postgres, for which no token is generated; set Auth:Tokens:0:Token, Auth:Tokens:0:Name and "
        + "Auth:Tokens:0:Scopes:0, or Auth:Authority or Auth:SigningKeyFile.";

    /// <exception cref="UsageException">A setting is wrong.</exception>
    public static Node Create(IConfigurationRoot configuration) => Create(configuration, StoreSettings.From(configuration));

    /// <param name="configuration">Its settings.</param>
    /// <param name="store">Where the jobs are, whatever they say.</param>
    /// <param name="more">Adds handlers, and what else such a server has.</param>
    /// <exception cref="UsageException">A setting is wrong.</exception>
    public static Node Create(IConfigurationRoot configuration, StoreSettings store, Action<JobsBuilder>? more = null)
    {
        if (store.IsShared && AdminToken.IsNeeded(configuration))
            throw new UsageException(NoTokens);

        // Empty, so that no variable or file of another program's has a say.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var started = new StartFlag();
        HashedToken? generatedToken = null;
        builder.AddNode(configuration, store, started, more);
        builder.Listen(configuration);
        builder.Services.AddCloudControllerJobsDashboard();
        builder.Services.AddOptions<AuthOptions>().Configure(auth =>
        {
            if (generatedToken is not null)
                auth.HashedTokens.Add(generatedToken);
        });

        var app = builder.Build();
        app.Services.GetRequiredService<IStartupValidator>().Validate();

        // Only now, with all settings known to be right, is anything made.
        store.Prepare();
        generatedToken = AdminToken.IsNeeded(configuration) ? AdminToken.Find(store.DataDirectory) : null;
        app.UseCloudControllerJobs();
        app.MapCloudControllerJobs();
        app.MapCloudControllerJobsDashboard();
        return new Node(app, started, () => Banner.OfServer([.. app.Urls], store, hasGeneratedToken: generatedToken is not null));
    }
}
