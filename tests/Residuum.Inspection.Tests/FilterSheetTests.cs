using Residuum.Graphs;
using Residuum.Images;
using Residuum.Models;
using Residuum.Tensors;

namespace Residuum.Inspection.Tests;

public class FilterSheetTests
{
    static Model Network(string name) => Model.Create(Catalogue.Find(name).Spec, 4);

    [Fact]
    public void The_first_layer_is_in_colour_from_black_to_white()
    {
        using var model = Network("cifar_resnet8");
        var sheet = FilterSheet.Of(model);
        var weight = model.Weights["stem.conv.weight"];

        Assert.Equal(("stem.conv", 3, true, 3, 3), (sheet.Layer, sheet.InputChannels, sheet.IsColour, sheet.Height, sheet.Width));
        Assert.Equal(Enumerable.Range(0, 16), sheet.Filters.Select(filter => filter.Filter));
        for (var i = 0; i < 16; i++)
        {
            var numbers = weight.Span<float>().Slice(27 * i, 27).ToArray();
            var filter = sheet.Filters[i];
            Assert.Equal(numbers, filter.Weights.ToArray());
            Assert.Equal((numbers.Min(), numbers.Max()), (filter.Smallest, filter.Largest));
            Assert.Equal(numbers.Average(x => (double)x), filter.Mean, 1e-12);
            Assert.Equal(Math.Sqrt(numbers.Sum(x => (double)x * x)), filter.Norm, 1e-12);
            var picture = sheet.Colour(i);
            Assert.Equal((3, 3), (picture.Width, picture.Height));
            for (var channel = 0; channel < 3; channel++)
                for (var pixel = 0; pixel < 9; pixel++)
                    Assert.Equal(255.0 * (numbers[9 * channel + pixel] - filter.Smallest) / (filter.Largest - filter.Smallest),
                        picture.Pixels[3 * pixel + channel], 0.5001);
        }
    }

    [Fact]
    public void Other_layers_are_shown_channel_by_channel_about_zero()
    {
        using var model = Network("cifar_resnet8");
        var sheet = FilterSheet.Of(model, "stage2", [5, 0], sorted: true, most: 4);

        Assert.Equal(("stage2.block1.conv1", 16, false), (sheet.Layer, sheet.InputChannels, sheet.IsColour));
        Assert.Equal([5, 0], sheet.Shown.ToArray());
        Assert.Equal(4, sheet.Filters.Length);
        Assert.Equal(sheet.Filters.Select(filter => filter.Norm).OrderDescending(), sheet.Filters.Select(filter => filter.Norm));
        var filter = sheet.Filters[0];
        var weight = model.Weights["stage2.block1.conv1.weight"];
        Assert.Equal(weight.Span<float>().Slice((filter.Filter * 16 + 5) * 9, 9).ToArray(), filter.Weights[..9].ToArray());
        Assert.Equal(weight.Span<float>().Slice(filter.Filter * 16 * 9, 9).ToArray(), filter.Weights[9..].ToArray());
        // Red above zero, blue below.
        var picture = sheet.Picture(0, 0);
        for (var pixel = 0; pixel < 9; pixel++)
            Assert.Equal(filter.Weights[pixel] > 0, picture.Pixels[3 * pixel] > picture.Pixels[3 * pixel + 2]);
        Assert.Throws<ResiduumException>(() => sheet.Colour(0));
    }

    [Theory]
    [InlineData("cifar_resnet8", null)]
    [InlineData("mnist_cnn", null)]
    [InlineData("mnist_cnn", "conv2")]
    public void Sheets_are_svg_and_png(string name, string? layer)
    {
        using var model = Network(name);
        var sheet = FilterSheet.Of(model, layer);

        Assert.StartsWith("<svg", sheet.ToSvg(), StringComparison.Ordinal);
        Assert.True(new ImageReader().Decode(sheet.ToPng(), "the sheet").Width > 100);
        Assert.Contains("Norm", sheet.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_of_one_number_throughout_is_drawn()
    {
        using var model = Network("cifar_resnet8");
        model.Weights["stem.conv.weight"].Span<float>().Fill(0.25f);
        var sheet = FilterSheet.Of(model);

        Assert.All(sheet.Colour(0).Pixels, value => Assert.Equal(128, value));
        Assert.StartsWith("<svg", sheet.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void Kernels_that_are_a_constant_of_the_graph_are_shown()
    {
        var builder = new GraphBuilder();
        var image = builder.Input("image", TensorType.Float(Shape.Batch, 1, 6, 6));
        var kernel = builder.Add("kernel", new Constant(TensorType.Float(2, 1, 3, 3), 0.5f));
        builder.Output("maps", builder.Add("conv", new Conv2d(new Window(3, 3, 1, 1, 1, 1, 1, 1)), image, kernel));
        var preparation = new Preprocessing { Mean = [0], Deviation = [1] };
        var sheet = FilterSheet.Of(new InspectedModel("filled", builder.Build(), new Dictionary<string, Tensor>(), preparation, []));

        Assert.Equal(2, sheet.Filters.Length);
        Assert.All(sheet.Filters, filter => Assert.Equal((1.5, 0.5f), (filter.Norm, filter.Largest)));
    }

    [Fact]
    public void What_is_not_there_is_refused()
    {
        using var model = Network("cifar_resnet8");

        Assert.Contains("stem.conv", Assert.Throws<ResiduumException>(() => FilterSheet.Of(model, "stem.con")).Message,
            StringComparison.Ordinal);
        Assert.Contains("0 to 2", Assert.Throws<ResiduumException>(() => FilterSheet.Of(model, null, [3])).Message,
            StringComparison.Ordinal);
    }
}
