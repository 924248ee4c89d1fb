using Residuum.Images;
using Residuum.Testing;
using Residuum.Training;

namespace Residuum.Tests.Training;

public class EvaluatorTests
{
    [Fact]
    public void Counts_logits_and_loss_do_not_depend_on_batch_or_threads()
    {
        var network = TrainingCase.Spec.Build();
        var images = TrainingCase.Images(23, seed: 4);
        var normalization = Normalization.Parse("shapes");
        (Evaluation, List<float>)? first = null;
        foreach (var (batch, threads) in new[] { (1, 1), (5, 2), (23, 3), (64, 2) })
        {
            using var evaluator = new Evaluator(network, batch, threads);
            evaluator.Load(Initialization.Create(network, 3));
            var (logits, indexes, labels, done) = (new List<float>(), new List<int>(), new List<int>(), new List<int>());
            var result = evaluator.Run(images, normalization, (index, label, row) =>
            {
                indexes.Add(index);
                labels.Add(label);
                logits.AddRange(row);
            }, done.Add);
            Assert.Equal(Enumerable.Range(0, 23), indexes);
            Assert.Equal(Enumerable.Range(0, 23).Select(images.Label), labels);
            Assert.Equal(23, done[^1]);
            first ??= (result, logits);
            Assert.Equal(first.Value.Item1, result);
            Assert.Equal(first.Value.Item2, logits);
            Assert.Equal(result, evaluator.Run(images, normalization));
        }
        var (evaluation, all) = first!.Value;
        var correct = Enumerable.Range(0, 23).Count(i => all.Slice(3 * i, 3).IndexOf(all.Slice(3 * i, 3).Max()) == images.Label(i));
        Assert.Equal((correct, 23, 23), (evaluation.Correct, evaluation.Total, evaluation.CorrectTop5));
        var loss = Enumerable.Range(0, 23).Average(i => Math.Log(all.Slice(3 * i, 3).Sum(x => Math.Exp(x))) - all[3 * i + images.Label(i)]);
        Assert.Equal(loss, evaluation.Loss, 1e-12);
    }

    [Fact]
    public void Progress_counts_all_images_so_far_with_or_without_a_listener_to_each()
    {
        using var evaluator = new Evaluator(TrainingCase.Spec.Build(), 10, threads: 1);
        evaluator.Load(Initialization.Create(TrainingCase.Spec.Build(), 3));
        var done = new List<int>();
        evaluator.Run(TrainingCase.Images(23, seed: 4), Normalization.None, progress: done.Add);
        Assert.Equal([10, 20, 23], done);
    }

    [Theory]
    [InlineData(new[] { 1f, 3, 2 }, 1, 0)]
    [InlineData(new[] { 1f, 3, 2 }, 0, 2)]
    [InlineData(new[] { 2f, 2, 2 }, 0, 0)]
    [InlineData(new[] { 2f, 2, 2 }, 2, 2)]
    [InlineData(new[] { float.NaN, 5, 1 }, 1, 1)]
    [InlineData(new[] { float.NaN, 5, 1 }, 0, 3)]
    public void A_labels_rank_is_how_many_logits_come_first(float[] logits, int label, int rank) =>
        Assert.Equal(rank, Evaluator.Rank(logits, label));

    [Fact]
    public void A_cancelled_evaluation_ends()
    {
        using var evaluator = new Evaluator(TrainingCase.Spec.Build(), 10, threads: 1);
        evaluator.Load(Initialization.Create(TrainingCase.Spec.Build(), 3));
        Assert.Throws<OperationCanceledException>(() => evaluator.Run(
            TrainingCase.Images(23, seed: 4), Normalization.None, cancellation: new CancellationToken(canceled: true)));
    }
}
