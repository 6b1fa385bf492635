using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CloudController.Jobs.Browser.Tests;

/// <summary>One tab of one window, and everything that went wrong in it.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly Site site;
    private readonly List<string> troubles = [];

    private Tab(Site site, IBrowserContext context, IPage page) => (this.site, this.context, Page) = (site, context, page);

    public IPage Page { get; }

    public ILocator Heading => Page.Locator("h1");

    public static async Task<Tab> OpenAsync(Chromium chromium, Site site, Action<BrowserNewContextOptions>? change = null)
    {
        var options = new BrowserNewContextOptions { BaseURL = site.Address, ViewportSize = new() { Width = 1280, Height = 860 } };
        change?.Invoke(options);
        var context = await chromium.OpenAsync(options);
        var tab = new Tab(site, context, await context.NewPageAsync());
        tab.Page.Console += (_, message) => tab.Note(message.Type is "error" or "warning", $"{message.Type}: {message.Text}");
        tab.Page.PageError += (_, error) => tab.Note(true, error);
        tab.Page.Dialog += async (_, dialog) =>
        {
            tab.Note(true, $"A dialog opened: {dialog.Message}");
            await dialog.DismissAsync();
        };
        tab.Page.Request += (_, request) => tab.Note(!request.Url.StartsWith(site.Address, StringComparison.Ordinal), $"Asked another host: {request.Url}");
        return tab;
    }

    public Task GoToAsync(string path) => Page.GotoAsync(site.Address + path);

    /// <summary>Signs in, and arrives at a page of the dashboard.</summary>
    public async Task SignInAsync(string path = "/dashboard", string token = Site.AdminToken)
    {
        await GoToAsync(path);
        await Page.GetByLabel("Token").FillAsync(token);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }

    /// <summary>Asserts that the page suits everyone: no rule of axe-core is broken, and it is no wider than its window.</summary>
    public async Task SuitsEveryoneAsync()
    {
        var axe = await Page.RunAxe();
        Assert.True(axe.Violations.Length == 0, string.Join("\n", axe.Violations.Select(Describe)));
        var overflow = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.Equal(0, overflow);
    }

    /// <summary>Asserts that nothing went wrong so far: no error on the console, no dialog, nothing loaded from elsewhere.</summary>
    public void HasNoTroubles()
    {
        lock (troubles)
            Assert.Empty(troubles);
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private static string Describe(AxeResultItem rule) =>
        $"{rule.Id}: {rule.Help}\n" + string.Join("\n", rule.Nodes.Select(node => $"  {node.Html}\n  {string.Join("; ", node.Any.Select(check => check.Message))}"));

    private void Note(bool isTrouble, string text)
    {
        if (!isTrouble)
            return;

        lock (troubles)
            troubles.Add(text);
    }
}
