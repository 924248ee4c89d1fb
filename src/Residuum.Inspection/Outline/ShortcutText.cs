using Residuum.Pictures;

namespace Residuum.Inspection;

/// <summary>How diagrams show what happens to a shortcut.</summary>
static class ShortcutText
{
    static readonly Ink s_projection = new("projection", "#b3001b", "#ff8a80");

    public static string Of(OutlineShortcut kind) => kind switch
    {
        OutlineShortcut.Identity => "identity",
        OutlineShortcut.ZeroPad => "zero padding",
        OutlineShortcut.Projection => "projection",
        OutlineShortcut.Other => "changed",
        _ => "none",
    };

    /// <summary>The stroke of its way.</summary>
    public static Paint Paint(OutlineShortcut kind) => kind switch
    {
        OutlineShortcut.Projection => new Paint(Stroke: s_projection, Width: 1.6),
        OutlineShortcut.ZeroPad => new Paint(Stroke: Ink.Text, Width: 1.4, Dash: "5 3"),
        OutlineShortcut.Other => new Paint(Stroke: Ink.Text, Width: 1.6, Dash: "1.5 2.5"),
        _ => new Paint(Stroke: Ink.Text, Width: 1.2),
    };
}
