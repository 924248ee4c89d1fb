using Residuum.Images;
using Residuum.Inference;
using Residuum.Models;
using Residuum.Plans;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Root;

/// <summary>Sessions that many threads share.</summary>
public class PredictorTests
{
    const int Callers = 8;

    static readonly NetworkSpec s_network = Catalogue.Find("cifar_resnet8").Spec;

    static float[][] Images(Model model, int count)
    {
        var length = model.Network.Input.Channels * model.Network.Input.Height * model.Network.Input.Width;
        var random = new Random(9);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => 2 * random.NextSingle() - 1).ToArray())];
    }

    static float[] Run(Predictor predictor, float[] image)
    {
        var logits = new float[10];
        predictor.Logits(image, logits);
        return logits;
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 3, 1)]
    [InlineData(2, 2, 3)]
    public void Eight_threads_get_the_bits_of_one(int threads, int concurrency, int batch)
    {
        using var model = Model.Create(s_network, 4);
        var images = Images(model, 24);
        float[][] expected;
        using (var single = new Predictor(model, threads: 1)) expected = [.. images.Select(image => Run(single, image))];
        using var predictor = new Predictor(model, threads, concurrency, batch);
        var failures = new List<string>();
        var callers = Enumerable.Range(0, Callers).Select(caller => new Thread(() =>
        {
            for (var i = 0; i < images.Length; i++)
            {
                var place = (i + 3 * caller) % images.Length;
                if (!Run(predictor, images[place]).AsSpan().SequenceEqual(expected[place]))
                    lock (failures) failures.Add($"caller {caller}, image {place}");
            }
            // All at once, so that batches and single images meet.
            var together = new float[10 * images.Length];
            predictor.Logits(images.SelectMany(image => image).ToArray(), together);
            if (!together.AsSpan().SequenceEqual(expected.SelectMany(row => row).ToArray()))
                lock (failures) failures.Add($"caller {caller}, all images");
        })).ToList();
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());
        Assert.Empty(failures);
    }

    [Fact]
    public void Plans_of_one_predictor_share_the_weights_and_are_as_few_as_asked_for()
    {
        using var model = Model.Create(s_network, 4);
        var images = Images(model, 1);
        using var one = new Predictor(model, threads: 1);
        using var three = new Predictor(model, threads: 1, concurrency: 3);
        Assert.Equal(one.MemoryBytes, three.MemoryBytes);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = Callers }, _ => Run(three, images[0]));
        using var plan = Plan.ForInference(model.Graph, 1, threads: 1);
        using var sibling = plan.Sibling();
        plan.Load(model.Weights);
        Assert.True(sibling.MemoryBytes <= plan.MemoryBytes - model.Graph.ParameterCount * sizeof(float));
        Assert.True(three.MemoryBytes <= plan.MemoryBytes + 2 * sibling.MemoryBytes, $"{three.MemoryBytes} bytes.");
        images[0].CopyTo(sibling.Input(NetworkSpec.ImageInput));
        sibling.Run(1);
        Assert.Equal(Run(one, images[0]), sibling.Output(NetworkSpec.LogitsOutput));
    }

    [Fact]
    public void Disposing_waits_for_those_who_run_and_refuses_the_rest()
    {
        var model = Model.Create(s_network, 4);
        var images = Images(model, 1);
        var predictor = new Predictor(model, threads: 1, concurrency: 2);
        model.Dispose();
        var expected = Run(predictor, images[0]);
        var wrong = 0;
        var callers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            try
            {
                while (true)
                    if (!Run(predictor, images[0]).AsSpan().SequenceEqual(expected)) Interlocked.Increment(ref wrong);
            }
            catch (ObjectDisposedException) { }
        })).ToList();
        callers.ForEach(caller => caller.Start());
        Run(predictor, images[0]);
        predictor.Dispose();
        predictor.Dispose();
        callers.ForEach(caller => caller.Join());
        Assert.Equal(0, wrong);
        Assert.Throws<ObjectDisposedException>(() => Run(predictor, images[0]));
        Assert.Throws<ObjectDisposedException>(() => model.Predict(new RgbImage(4, 4)));
        Assert.Throws<ObjectDisposedException>(() => model.Features("stage1", new RgbImage(4, 4)));
    }

    [Fact]
    public void A_call_is_cancelled_between_batches()
    {
        using var model = Model.Create(s_network, 4);
        using var predictor = new Predictor(model);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => predictor.Predict([new RgbImage(4, 4)], cancellation: cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => model.Predict([new RgbImage(4, 4)], cancellation: cancelled.Token));
        Assert.Single(predictor.Predict([new RgbImage(4, 4)]));
        Assert.Empty(predictor.Predict([]));
    }

    [Fact]
    public void All_ways_to_hand_images_in_agree()
    {
        using var model = Model.Create(s_network, 4);
        using var predictor = new Predictor(model, batch: 2);
        RgbImage[] pictures = [.. Enumerable.Range(0, 5).Select(seed => Picture(seed, 20 + seed, 30))];
        var single = pictures.Select(picture => model.Predict(picture)).ToArray();
        Assert.Equal(single, predictor.Predict(pictures));
        Assert.Equal(single, model.Predict(pictures));
        var prepared = pictures.Select(picture => model.Preprocessing.Apply(picture)).ToArray();
        var stacked = Tensor.Of(new Shape(5, 3, 32, 32), prepared.SelectMany(tensor => tensor.Span<float>().ToArray()).ToArray());
        var logits = predictor.Logits(stacked);
        Assert.Equal(50, logits.Length);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(predictor.Logits(pictures[i]), logits[(10 * i)..(10 * i + 10)]);
            Assert.Equal(predictor.Logits(prepared[i]), logits[(10 * i)..(10 * i + 10)]);
            Assert.Equal(single[i], model.Top(logits.AsSpan(10 * i, 10)));
        }
    }

    [Fact]
    public void Wrong_sizes_are_refused()
    {
        using var model = Model.Create(TrainingCase.Spec);
        using var predictor = new Predictor(model);
        string Sentence(Action action) => Assert.Throws<ResiduumException>(action).Message;
        Assert.Equal("The network takes images of 3x8x8, 192 numbers each, and was given 191 numbers.",
            Sentence(() => predictor.Logits(new float[191], new float[3])));
        Assert.Equal("The network takes images of 3x8x8, 192 numbers each, and was given 0 numbers.",
            Sentence(() => predictor.Logits([], new float[3])));
        Assert.Equal("The results of these images are 6 numbers, and there is room for 5.",
            Sentence(() => predictor.Logits(new float[384], new float[5])));
        Assert.Equal("The network takes images of 3x8x8 and was given one of 0x3x8x8.",
            Sentence(() => predictor.Logits(new Tensor(ElementType.Float32, new Shape(0, 3, 8, 8)))));
        Assert.Equal("The network tiny tells 3 classes apart, and 2 logits were given.", Sentence(() => model.Top([1, 2])));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Predict(new RgbImage(4, 4), top: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Predictor(model, concurrency: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Predictor(model, batch: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Predictor(model, threads: -1));
    }

    [Fact]
    public void The_best_come_first_and_of_equal_ones_the_first()
    {
        using var model = Model.Create(s_network);
        float[] logits = [1, 3, 3, 2, -1, 3, 0, float.NegativeInfinity, 5, 2];
        Assert.Equal([8, 1, 2, 5, 3, 9, 0, 6, 4, 7], model.Top(logits, 10).Select(prediction => prediction.Index));
        Assert.Equal([8, 1, 2], model.Top(logits, 3).Select(prediction => prediction.Index));
        Assert.Equal(model.Top(logits, 10), model.Top(logits, 1000));
        Assert.Equal(1, model.Top(logits, 10).Sum(prediction => (double)prediction.Probability), 1e-6);
    }

    static RgbImage Picture(int seed, int width, int height)
    {
        var image = new RgbImage(width, height);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }
}
