using System.Globalization;
using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Showing;

namespace CloudController.Jobs.Dashboard.Charts;

/// <summary>One bar.</summary>
/// <param name="At">When its time begins.</param>
/// <param name="Value">How high it is.</param>
/// <param name="Text">What it says.</param>
internal sealed record Bar(DateTimeOffset At, double Value, string Text);

/// <summary>Values over time as bars, drawn by the server, with a table of the same for whoever can't see them.</summary>
internal static class BarChart
{
    private const int Width = 600;
    private const int Height = 96;

    /// <param name="id">Unique on the page.</param>
    /// <param name="title">What the values are.</param>
    /// <param name="summary">One sentence that says what there is to see.</param>
    /// <param name="tone">A colour's class.</param>
    /// <param name="bars">In order, one for each step of time.</param>
    /// <param name="end">When the last step ends.</param>
    /// <param name="highest">What the highest value says.</param>
    public static Html Of(string id, string title, string summary, string tone, IReadOnlyList<Bar> bars, DateTimeOffset end, string highest)
    {
        var most = bars.Max(bar => bar.Value);
        var step = (double)Width / bars.Count;
        return $"""
            <figure class="card chart">
            <figcaption><h2>{title}</h2><p class="small muted">{summary}</p></figcaption>
            <p class="small muted number scale" aria-hidden="true">{(most > 0 ? highest : "")}</p>
            <svg viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" role="img" aria-labelledby="{id}-title" class="{tone}">
            <title id="{id}-title">{title}: {summary}</title>
            <path class="base" d="M0 {Height - 1}H{Width}"/>
            {bars.Select((bar, index) => Draw(bar, index * step, step, most))}
            </svg>
            <p class="small muted number axis" aria-hidden="true"><span>{Show.Clock(bars[0].At)}</span><span>{Show.Clock(bars[bars.Count / 2].At)}</span><span>{Show.Clock(end)} UTC</span></p>
            <details id="{id}-table"><summary class="small">As a table</summary>{Table(title, bars)}</details>
            </figure>
            """;
    }

    private static Html Draw(Bar bar, double left, double step, double most)
    {
        if (bar.Value <= 0)
            return Html.None;

        var height = Math.Max(2, (Height - 2) * bar.Value / most);
        return $"""<rect x="{Number(left + (step * 0.12))}" y="{Number(Height - 1 - height)}" width="{Number(step * 0.76)}" height="{Number(height)}"><title>{Show.Clock(bar.At)}: {bar.Text}</title></rect>""";
    }

    private static Html Table(string title, IReadOnlyList<Bar> bars)
    {
        var rows = bars.Where(bar => bar.Value > 0).Reverse().ToList();
        return rows.Count == 0
            ? (Html)$"""<p class="small muted">Nothing.</p>"""
            : $"""
                <div class="scroll" tabindex="0" role="group" aria-label="{title}, as a table"><table>
                <thead><tr><th scope="col">From, UTC</th><th scope="col">{title}</th></tr></thead>
                <tbody>{rows.Select(bar => (Html)$"""<tr><td class="number">{Show.Clock(bar.At)}</td><td class="number">{bar.Text}</td></tr>""")}</tbody>
                </table></div>
                """;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
