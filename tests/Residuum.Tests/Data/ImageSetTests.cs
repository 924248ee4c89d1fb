using Residuum.Data;
using Residuum.Images;

namespace Residuum.Tests.Data;

/// <summary>Sets of pictures.</summary>
public class ImageSetTests
{
    static readonly RgbImage s_first = new(2, 1, [1, 2, 3, 4, 5, 6]);
    static readonly RgbImage s_second = new(2, 1, [7, 8, 9, 10, 11, 12]);

    [Fact]
    public void Pictures_lie_plane_after_plane()
    {
        var set = ImageSet.Of("two", ["a", "b"], [s_first, s_second], [1, 0]);
        Assert.Equal((2, 3, 1, 2), (set.Count, set.Channels, set.Height, set.Width));
        Assert.Equal([1, 4, 2, 5, 3, 6], set.Pixels(0).ToArray());
        Assert.Equal([7, 10, 8, 11, 9, 12], set.Pixels(1).ToArray());
        Assert.Equal((1, 0), (set.Label(0), set.Label(1)));
        Assert.Equal([7, 10], ImageSet.Of("grey", ["a", "b"], [s_first, s_second], [1, 0], channels: 1).Pixels(1).ToArray());
    }

    [Fact]
    public void Pictures_that_make_no_set_are_refused()
    {
        TemporaryFolder.Fails(() => ImageSet.Of("two", ["a"], [s_first, s_second], [0]), "'two' has 2 pictures and 1 labels");
        TemporaryFolder.Fails(() => ImageSet.Of("none", ["a"], [], []), "'none' has 0 pictures and 0 labels");
        TemporaryFolder.Fails(() => ImageSet.Of("two", ["a"], [s_first, new RgbImage(1, 2)], [0, 0]),
            "Picture 1 of 'two' is 1x2, and the first 2x1");
        TemporaryFolder.Fails(() => ImageSet.Of("two", ["a"], [s_first, s_second], [0, 1]),
            "Picture 1 of 'two' has label 1, but there are 1 classes");
        TemporaryFolder.Fails(() => ImageSet.Of("two", ["a"], [s_first], [-1]), "label -1");
        TemporaryFolder.Fails(() => ImageSet.Of("two", ["a"], [s_first], [0], channels: 2), "1 or 3 channels, not 2");
    }
}
