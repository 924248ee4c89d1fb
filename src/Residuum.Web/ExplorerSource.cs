using Residuum.Images;
using Residuum.Jpeg;
using Residuum.Models;
using Residuum.Training;

namespace Residuum.Web;

/// <summary>What an explorer shows: a network, where its weights come from, and what else is known of it. Immutable.</summary>
/// <param name="Network">The network, shown before its weights are there.</param>
/// <param name="Open">Gives the model; called once, while the page may be looked at already. Whoever explores disposes it.</param>
public sealed record ExplorerSource(NetworkSpec Network, Func<Model> Open)
{
    /// <summary>The models that a training run kept on its way, the earliest first (<see cref="RunFolder.Snapshots"/>); none by
    /// default.</summary>
    public IReadOnlyList<RunSnapshot> Snapshots { get; init; } = [];

    /// <summary>What the epochs of that run brought (<see cref="RunFolder.Metrics"/>); none by default.</summary>
    public IReadOnlyList<EpochMetrics> Metrics { get; init; } = [];

    /// <summary>A picture to begin with, or null.</summary>
    public RgbImage? Image { get; init; }

    /// <summary>What that picture is called.</summary>
    public string ImageName { get; init; } = "picture";

    /// <summary>Reads pictures that are dropped: PNG, and JPEG where libturbojpeg is installed. Files of up to 32 MB by default.</summary>
    public ImageReader Images { get; init; } = new(new ImageLimits(MaximumFileBytes: 32 << 20), new JpegDecoder());
}
