using System.Reflection;

namespace CloudController.Jobs.AspNetCore.Pages;

/// <summary>What pages share.</summary>
internal static class PageAssets
{
    private static readonly Assembly Assembly = typeof(PageAssets).Assembly;

    /// <summary>Colours and type, light and dark.</summary>
    public static StaticAsset Style { get; } = new(Assembly, "ccjobs.css");

    /// <summary>Follows a job on its live page.</summary>
    public static StaticAsset LiveScript { get; } = new(Assembly, "live.js");

    /// <summary>The tab's picture.</summary>
    public static StaticAsset Icon { get; } = new(Assembly, "icon.svg");
}
