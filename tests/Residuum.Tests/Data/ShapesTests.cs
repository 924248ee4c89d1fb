using System.Security.Cryptography;
using Residuum.Data;

namespace Residuum.Tests.Data;

public class ShapesTests
{
    [Theory]
    [InlineData(Split.Train, 0ul, "407857bb43ce2f1d")]
    [InlineData(Split.Test, 0ul, "bb42b43bfa202c82")]
    [InlineData(Split.Train, 7ul, "a75879481aa4e8d1")]
    public void Pictures_have_the_same_bytes_everywhere(Split split, ulong seed, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(Bytes(Shapes.Generate(split, seed, 200))))[..16]);

    [Fact]
    public void Classes_are_balanced_and_named()
    {
        var set = Shapes.Generate(Split.Train, 0, 1000);
        Assert.All(Enumerable.Range(0, 1000).Select(set.Label).CountBy(label => label), pair => Assert.Equal(100, pair.Value));
        Assert.Equal(10, set.Classes.Distinct().Count());
        Assert.Equal("circle", set.Classes[0]);
        Assert.Equal("hourglass", set.Classes[9]);
    }

    [Fact]
    public void A_picture_depends_on_seed_split_and_index_only()
    {
        var few = Shapes.Generate(Split.Train, 3, 10);
        var many = Shapes.Generate(Split.Train, 3, 500);
        for (var i = 0; i < 10; i++) Assert.Equal(few.Pixels(i), many.Pixels(i));
        Assert.NotEqual(Bytes(few), Bytes(Shapes.Generate(Split.Train, 4, 10)));
        Assert.NotEqual(Bytes(few), Bytes(Shapes.Generate(Split.Test, 3, 10)));
        var distinct = Enumerable.Range(0, 500).Select(i => Convert.ToHexString(many.Pixels(i))).Distinct().Count();
        Assert.Equal(500, distinct);
    }

    [Fact]
    public void Colours_do_not_tell_the_class()
    {
        var set = Shapes.Generate(Split.Train, 0, 5000);
        var means = new double[10];
        for (var i = 0; i < set.Count; i++)
            foreach (var pixel in set.Pixels(i)) means[set.Label(i)] += pixel / (500.0 * 3072);
        Assert.All(means, mean => Assert.InRange(mean, 118, 138));
    }

    [Fact]
    public void Counts_out_of_range_are_refused()
    {
        TemporaryFolder.Fails(() => Shapes.Generate(Split.Train, 0, 0), "0 shapes");
        TemporaryFolder.Fails(() => Shapes.Generate(Split.Train, 0, 200001), "200001 shapes");
    }

    [Fact]
    public void Outlines_have_the_sign_of_inside_and_outside()
    {
        for (var label = 0; label < 10; label++)
        {
            var inside = 0;
            for (var i = 0; i < 10000; i++)
            {
                var (x, y) = (i % 100 / 25f - 2, i / 100 / 25f - 2);
                var distance = ShapeOutline.Distance(label, x, y);
                if (distance < 0) inside++;
                if (x * x + y * y > 1.25f * 1.25f) Assert.True(distance > 0, $"{ShapeOutline.Names[label]} at {x}, {y}");
            }
            // One unit of area is 625 points: every shape covers between 1.1 and 2.7 units.
            Assert.InRange(inside / 625.0, 1.1, 2.7);
        }
        Assert.True(ShapeOutline.Distance(1, 0, 0) > 0.5f, "a ring is hollow");
        Assert.True(ShapeOutline.Distance(6, 0.6f, 0) > 0, "a crescent is open on one side");
        Assert.True(ShapeOutline.Distance(8, 0, -0.9f) < 0 && ShapeOutline.Distance(8, 0.6f, 0.8f) > 0, "an arrow points up");
    }

    [Fact]
    public void A_sample_sheet_has_a_row_for_each_class()
    {
        var (width, height, pixels) = Shapes.SampleSheet(3, 5);
        Assert.Equal((104, 342, 104 * 342 * 3), (width, height, pixels.Length));
        Assert.All(pixels[..(104 * 3 * 2)], value => Assert.Equal(255, value));
        // The picture in row 4, column 2 is number 24 of the training set.
        var picture = Shapes.Generate(Split.Train, 5, 25).Pixels(24);
        for (var i = 0; i < picture.Length; i++)
            Assert.Equal(picture[i], pixels[((4 * 34 + 2 + i / 32 % 32) * 104 + 2 * 34 + 2 + i % 32) * 3 + i / 1024]);
        TemporaryFolder.Fails(() => Shapes.SampleSheet(0), "0 columns");
    }

    static byte[] Bytes(ImageSet set) => [.. Enumerable.Range(0, set.Count).SelectMany(i => set.Pixels(i).ToArray())];
}
