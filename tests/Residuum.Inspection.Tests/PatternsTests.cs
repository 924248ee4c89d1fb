using Residuum.Images;
using Residuum.Models;

namespace Residuum.Inspection.Tests;

public class PatternsTests
{
    static readonly PatternOptions s_options = new() { Layer = "stage2.block1.conv2", Maps = [5, 0, 31], Steps = 30, Seed = 9 };

    [Fact]
    public void Responses_rise_far_above_the_start_and_are_those_of_the_pictures()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 3);
        var patterns = Patterns.Of(model, s_options);
        Assert.Equal([5, 0, 31], patterns.Maps.Select(map => map.Map));
        foreach (var pattern in patterns.Maps)
        {
            var spread = Math.Abs(pattern.Start) + 0.1;
            Assert.True(pattern.Response > pattern.Start + 2 * spread, $"{pattern}");
            // The picture is rounded to bytes, so its response is nearly the one that was reached.
            var again = ActivationMaps.Of(model, pattern.Picture, [s_options.Layer]).Layers[0].Maps.Single(map => map.Map == pattern.Map);
            Assert.InRange(again.Mean, pattern.Response - 0.05 * spread - 0.02 * Math.Abs(pattern.Response),
                pattern.Response + 0.05 * spread + 0.02 * Math.Abs(pattern.Response));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_for_any_threads_and_company()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 3);
        var all = Patterns.Of(model, s_options with { Steps = 5, Threads = 1 });
        Assert.Equal(all.ToPng(), Patterns.Of(model, s_options with { Steps = 5, Threads = 3 }).ToPng());
        Assert.Equal(all.Maps[1].Picture.Pixels, Patterns.Of(model, s_options with { Steps = 5, Maps = [0] }).Maps[0].Picture.Pixels);
        Assert.NotEqual(all.Maps[1].Picture.Pixels,
            Patterns.Of(model, s_options with { Steps = 5, Maps = [0], Seed = 10 }).Maps[0].Picture.Pixels);
        // More maps than go through the network together.
        var many = Patterns.Of(model, s_options with { Steps = 2, Maps = [.. Enumerable.Range(0, 11)] }, Progress);
        Assert.Equal(11, many.Maps.Length);
        Assert.Equal((4, 4), _last);
    }

    [Fact]
    public void Classes_have_their_names_and_a_search_may_start_from_a_picture()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 3);
        var image = new RgbImage(32, 32, [.. Enumerable.Range(0, 3072).Select(i => (byte)(i * 31 % 256))]);
        var logits = model.Predict(image, 10);
        var patterns = Patterns.Of(model, new PatternOptions { Layer = "logits", Maps = [7], Steps = 10, From = image });
        Assert.Equal("horse", patterns.Maps[0].Label);
        Assert.Equal(logits.Single(each => each.Index == 7).Logit, patterns.Maps[0].Start, 1e-3);
        Assert.True(patterns.Maps[0].Response > patterns.Maps[0].Start);
        Assert.Contains("\"label\": \"horse\"", patterns.ToJson());
    }

    [Fact]
    public void Regularisation_makes_patterns_smoother()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec, 3);
        var options = s_options with { Maps = [1] };
        var rough = Roughness(Patterns.Of(model, options with { Blur = 0, TotalVariation = 0 }));
        Assert.True(Roughness(Patterns.Of(model, options with { Blur = 0, TotalVariation = 1 })) < 0.8 * rough);
        Assert.True(Roughness(Patterns.Of(model, options with { Blur = 0.5, TotalVariation = 0 })) < 0.8 * rough);
    }

    [Fact]
    public void A_gradient_that_is_no_number_gives_no_direction()
    {
        var picture = new PatternPicture(1, 2, 2);
        float[] start = [0.1f, 0.2f, 0.3f, 0.4f];
        start.CopyTo(picture.Numbers);
        picture.Climb([float.NaN, 1, 1, 1], 0.4, 0);
        Assert.Equal(start, picture.Numbers.ToArray());
        picture.Climb([0, 0, 0, 0], 0.4, 0);
        Assert.Equal(start, picture.Numbers.ToArray());
        picture.Climb([2, 2, 2, 2], 0.4, 0);
        Assert.Equal(0.5f, picture.Numbers[0], 1e-6);
    }

    [Fact]
    public void What_cannot_be_searched_is_refused_with_a_sentence()
    {
        using var model = Model.Create(Catalogue.Find("cifar_resnet8").Spec);
        Refused(model, "numbered from 0 to 31", s_options with { Maps = [32] });
        Refused(model, "the nearest is stage1", s_options with { Layer = "stage9" });
        Refused(model, "name one", s_options with { Maps = [] });
        Refused(model, "above 0", s_options with { Rate = double.NaN });
        Refused(model, "at least 1 step", s_options with { Steps = 0 });
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Patterns.Of(model, s_options, cancellation: cancelled.Token));
    }

    (int, int) _last;

    void Progress(int done, int all) => _last = (done, all);

    static void Refused(Model model, string says, PatternOptions options) =>
        Assert.Contains(says, Assert.Throws<ResiduumException>(() => Patterns.Of(model, options)).Message);

    // The mean difference between neighbours in a row.
    static double Roughness(Patterns patterns)
    {
        var pixels = patterns.Maps[0].Picture.Pixels;
        return Enumerable.Range(0, pixels.Length - 3).Average(i => Math.Abs(pixels[i + 3] - pixels[i]));
    }
}
