namespace Residuum.Pictures;

/// <summary>A colour with two faces: on light paper and on dark. Immutable.</summary>
/// <param name="Name">Its name in style sheets: lower-case letters and digits.</param>
/// <param name="Light">On light paper, such as <c>#1f2328</c>.</param>
/// <param name="Dark">On dark paper.</param>
sealed record Ink(string Name, string Light, string Dark)
{
    /// <summary>The paper itself.</summary>
    public static Ink Paper { get; } = new("paper", "#ffffff", "#15191e");

    /// <summary>Text and outlines.</summary>
    public static Ink Text { get; } = new("text", "#1f2328", "#e6eaef");

    /// <summary>Captions, ticks and other text of the second rank.</summary>
    public static Ink Muted { get; } = new("muted", "#59636e", "#9aa4af");

    /// <summary>Grid lines and frames.</summary>
    public static Ink Rule { get; } = new("rule", "#d1d9e0", "#3a424b");

    /// <summary>The ground of boxes.</summary>
    public static Ink Box { get; } = new("box", "#f3f5f8", "#20262d");

    /// <summary>Curves, bars and stages, one behind another; told apart by those who see few colours, too (after Okabe and Ito
    /// 2008).</summary>
    public static IReadOnlyList<Ink> Series { get; } =
    [
        new("series1", "#0072b2", "#4ea8de"),
        new("series2", "#d55e00", "#f08a3c"),
        new("series3", "#009e73", "#3cc79b"),
        new("series4", "#b0508c", "#d98abf"),
        new("series5", "#8a7400", "#e0c341"),
        new("series6", "#3a86a8", "#8ecae6"),
        new("series7", "#7a5195", "#b699d1"),
        new("series8", "#6b6b6b", "#a8a8a8"),
    ];

    /// <summary>One of <see cref="Series"/>, from the beginning again behind the last.</summary>
    public static Ink OfSeries(int index) => Series[index % Series.Count];
}
