namespace Residuum.Pictures;

/// <summary>Boxes in nested groups with arrows between them, for programs that place them: <see cref="Mermaid"/>,
/// <see cref="Dot"/>.</summary>
sealed class FlowChart(string title)
{
    readonly List<FlowItem> _items = [];
    readonly List<FlowArrow> _arrows = [];
    int _boxes;
    int _open;

    /// <summary>What it shows.</summary>
    public string Title => title;

    /// <summary>Boxes, and where groups begin and end, in order.</summary>
    public IReadOnlyList<FlowItem> Items => _open == 0 ? _items : throw new InvalidOperationException("A group of the chart is open.");

    public IReadOnlyList<FlowArrow> Arrows => _arrows;

    /// <summary>Begins a group.</summary>
    public void Open(string label)
    {
        _open++;
        _items.Add(new FlowItem(FlowItemKind.Open, -1, label, null, false));
    }

    /// <summary>Ends the group that was begun last.</summary>
    public void Close()
    {
        _open--;
        _items.Add(new FlowItem(FlowItemKind.Close, -1, "", null, false));
    }

    /// <summary>Adds a box and returns its number.</summary>
    /// <param name="text">What it says.</param>
    /// <param name="note">A second line, or null.</param>
    /// <param name="isRound">Whether its corners are round.</param>
    public int Box(string text, string? note = null, bool isRound = false)
    {
        _items.Add(new FlowItem(FlowItemKind.Box, _boxes, text, note, isRound));
        return _boxes++;
    }

    /// <summary>Adds an arrow between two boxes.</summary>
    public void Arrow(int from, int to, string? label = null, bool isDashed = false) =>
        _arrows.Add(new FlowArrow(from, to, label, isDashed));
}

enum FlowItemKind
{
    Box,
    Open,
    Close,
}

/// <summary>A box of a chart, or a bound of a group.</summary>
readonly record struct FlowItem(FlowItemKind Kind, int Number, string Text, string? Note, bool IsRound);

/// <summary>An arrow of a chart.</summary>
readonly record struct FlowArrow(int From, int To, string? Label, bool IsDashed);
