using Residuum.Images;
using Residuum.Inference;
using Residuum.Models;
using Residuum.Tensors;

namespace Residuum.Inspection.Tests;

public class OcclusionMapTests
{
    [Fact]
    public void Each_place_holds_what_covering_it_takes_from_the_class()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 4);
        var image = new RgbImage(32, 32, [.. Enumerable.Range(0, 3072).Select(i => (byte)(i * 31 % 256))]);
        var map = OcclusionMap.Of(model, image, 5, window: 10, stride: 7);
        // Places begin at 0, 7, 14, 21 and, at the border, 22.
        Assert.Equal((5, 5, 5), (map.Rows, map.Columns, map.Class.Index));
        var whole = Logits(model, model.Preprocessing.Apply(image));
        foreach (var (row, column, top, left) in ((int, int, int, int)[])[(0, 0, 0, 0), (2, 1, 14, 7), (4, 4, 22, 22)])
        {
            var covered = model.Preprocessing.Apply(image);
            var numbers = covered.Span<float>();
            for (var channel = 0; channel < 3; channel++)
                for (var y = top; y < top + 10; y++)
                    for (var x = left; x < left + 10; x++) numbers[(channel * 32 + y) * 32 + x] = 0;
            var logits = Logits(model, covered);
            Assert.Equal(whole[5] - logits[5], map.LogitFall[row * 5 + column], 1e-4);
            Assert.Equal(Softmax(whole, 5) - Softmax(logits, 5), map.ProbabilityFall[row * 5 + column], 1e-5);
        }
        // The corner is covered from one place alone, the pixel at 22, 22 from the last three of each row and column.
        var pixels = map.PerPixel();
        Assert.Equal(map.LogitFall[0], pixels[0], 1e-6);
        Assert.Equal(map.LogitFall.Where((_, i) => i / 5 >= 2 && i % 5 >= 2).Average(), pixels[22 * 32 + 22], 1e-5);
    }

    [Fact]
    public void Numbers_and_pictures_do_not_depend_on_threads()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 4);
        var image = new RgbImage(40, 30);
        var (one, three) = (OcclusionMap.Of(model, image, window: 16, stride: 8, threads: 1),
            OcclusionMap.Of(model, image, window: 16, stride: 8, threads: 3));
        Assert.Equal(one.ToJson(), three.ToJson());
        Assert.Equal(one.ToPng(), three.ToPng());
        Assert.Equal(one.ToSvg(), three.ToSvg());
    }

    [Theory]
    [InlineData(33, 1, "choose 1 to 32")]
    [InlineData(4, 5, "choose 1 to 4")]
    public void Windows_that_do_not_fit_are_refused(int window, int stride, string says)
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec);
        Assert.Contains(says, Assert.Throws<ResiduumException>(
            () => OcclusionMap.Of(model, new RgbImage(32, 32), null, window, stride)).Message);
    }

    static float[] Logits(Model model, Tensor prepared)
    {
        using var predictor = new Predictor(model);
        return predictor.Logits(prepared);
    }

    static double Softmax(float[] logits, int index) => Math.Exp(logits[index]) / logits.Sum(x => Math.Exp(x));
}
