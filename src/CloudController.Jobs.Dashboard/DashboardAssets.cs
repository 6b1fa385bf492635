using System.Reflection;
using CloudController.Jobs.AspNetCore.Pages;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.Dashboard;

/// <summary>The files that pages load.</summary>
internal static class DashboardAssets
{
    private const string Folder = "/assets";

    private static readonly Assembly Assembly = typeof(DashboardAssets).Assembly;
    private static readonly StaticAsset Style = new(Assembly, "dashboard.css");
    private static readonly StaticAsset Script = new(Assembly, "dashboard.js");

    public static string IconIn(string root) => PageAssets.Icon.In(root + Folder);

    public static string SharedStyleIn(string root) => PageAssets.Style.In(root + Folder);

    public static string StyleIn(string root) => Style.In(root + Folder);

    public static string ScriptIn(string root) => Script.In(root + Folder);

    public static void Map(IEndpointRouteBuilder dashboard)
    {
        foreach (var asset in (StaticAsset[])[PageAssets.Icon, PageAssets.Style, Style, Script])
            asset.Map(dashboard, Folder);
    }
}
