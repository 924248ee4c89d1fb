using Residuum.Web.Exploration;

namespace Residuum.Web;

/// <summary>The page on which a network is explored, as one file.</summary>
public static class ExplorerPage
{
    /// <summary>
    /// The page with everything that it shows in it, so that it needs no server and asks nobody for anything: architecture, cost, filters
    /// and statistics, and, where the source has a picture, its maps, classes and class-activation maps. The model is disposed.
    /// </summary>
    /// <param name="source">What to show.</param>
    /// <returns>A whole HTML document.</returns>
    /// <exception cref="ResiduumException">The network cannot be built or its model not be opened.</exception>
    public static string Export(ExplorerSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var answerer = new Answerer(source with { Snapshots = [], Metrics = [] }, Room.Exported);
        return PageExport.Write(answerer);
    }
}
