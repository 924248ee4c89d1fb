using Residuum.Images;
using Residuum.Models;

namespace Residuum.PublicApi.Tests;

/// <summary>The surface as a program uses it.</summary>
public class UserTests
{
    const int Callers = 8;

    static readonly NetworkSpec s_network =
        Networks.CifarResNet20 with { Name = "small", Stages = [new StageSpec(1, 16), new StageSpec(1, 32, 2)] };

    static RgbImage Picture(int seed)
    {
        var image = new RgbImage(40, 30);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }

    [Fact]
    public async Task One_model_serves_eight_tasks_with_the_bits_of_one()
    {
        using var model = Model.Create(s_network, seed: 1);
        var pictures = Enumerable.Range(0, 12).Select(Picture).ToArray();
        var expected = pictures.Select(picture => (Predictions: model.Predict(picture, top: 10), Embedding: model.Embedding(picture)))
            .ToArray();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() =>
        {
            for (var i = 0; i < pictures.Length; i++)
            {
                var place = (i + caller) % pictures.Length;
                Assert.Equal(expected[place].Predictions, model.Predict(pictures[place], top: 10));
                Assert.Equal(expected[place].Embedding, model.Embedding(pictures[place]));
            }
            Assert.Equal(expected.Select(each => each.Predictions), model.Predict(pictures, top: 10));
        })));
    }

    [Fact]
    public void A_model_travels_through_a_stream_and_is_changed_by_with()
    {
        using var model = Model.Create(s_network, seed: 1).With(labels: [.. Enumerable.Range(0, 10).Select(index => $"kind {index}")]);
        var stream = new MemoryStream();
        model.Save(stream);
        using var loaded = Model.Load(stream);
        Assert.Equal(model.Predict(Picture(1)), loaded.Predict(Picture(1)));
        Assert.StartsWith("kind ", loaded.Predict(Picture(1))[0].Label, StringComparison.Ordinal);
        using var head = loaded.WithHead(["cat", "dog"]);
        Assert.Equal(loaded.Embedding(Picture(1)), head.Embedding(Picture(1)));
        Assert.Equal(["cat", "dog"], head.Predict(Picture(1)).Select(prediction => prediction.Label).Order());
        Assert.Equal("32x16x16", head.Features("stage2", Picture(1)).Shape.ToString());
    }
}
