using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CloudController.Jobs.Browser.Tests;

/// <summary>Pictures for the docs, of the real thing; made by <c>eng/screenshots</c> only.</summary>
public sealed class Screenshots(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("CCJOBS_IMAGES") ?? Path.Combine(Path.GetTempPath(), "ccjobs-images");

    [Theory(Explicit = true)]
    [InlineData(ColorScheme.Light, "light")]
    [InlineData(ColorScheme.Dark, "dark")]
    public async Task Pictures_are_taken(ColorScheme scheme, string name)
    {
        Directory.CreateDirectory(Folder);
        await using var site = await Site.StartAsync();
        var job = await Sample.FillAsync(site);
        await using var tab = await Tab.OpenAsync(chromium, site, options => options.ColorScheme = scheme);
        await tab.SignInAsync();

        foreach (var (path, picture) in new[] { ("", "overview"), ("/jobs", "jobs"), ($"/jobs/{job}", "job"), ("/errors", "errors") })
        {
            await tab.GoToAsync($"/dashboard{path}");
            await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause updates" })).ToBeVisibleAsync();
            await TakeAsync(tab, $"{picture}-{name}");
        }

        await tab.Page.SetViewportSizeAsync(390, 844);
        await tab.GoToAsync($"/dashboard/jobs/{job}");
        await TakeAsync(tab, $"phone-{name}");
        await tab.Page.SetViewportSizeAsync(390, 560);
        await tab.GoToAsync($"/jobs/{job}");
        await TakeAsync(tab, $"live-{name}");
    }

    private static async Task TakeAsync(Tab tab, string name) =>
        await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
}
