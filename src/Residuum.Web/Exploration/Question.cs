namespace Residuum.Web.Exploration;

/// <summary>What the page asks; members that a subject does not need are null.</summary>
/// <param name="Subject">One of <see cref="Subjects"/>.</param>
/// <param name="Layer">A node, a block or a part.</param>
/// <param name="Epoch">A snapshot of a training run; null for the model itself.</param>
/// <param name="Image">The identity of a picture that was given.</param>
/// <param name="Class">A class, from 0.</param>
readonly record struct Question(string Subject, string? Layer = null, int? Epoch = null, string? Image = null, int? Class = null)
{
    /// <summary>All that can be asked.</summary>
    public static IReadOnlyList<string> Subjects { get; } =
        ["network", "diagram", "model", "statistics", "filters", "maps", "picture", "classes", "heat"];

    /// <summary>The question as one text, by which the page finds answers in an exported file.</summary>
    public string Key => $"{Subject}|{Layer}|{Epoch}|{Image}|{Class}";
}
