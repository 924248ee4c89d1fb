using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Residuum.Cli.Benchmarks;

namespace Residuum.Peers;

/// <summary>
/// Does what it is told a line at a time and answers each line with one of JSON: <c>run SECONDS</c> with the milliseconds of every run,
/// <c>check</c> with the logits of the first images, or the losses of the first steps of training,
/// <c>peak</c> with the GFLOP/s that this many threads reach at most.
/// </summary>
sealed class Worker : IDisposable
{
    // Several, so that gradients and updates are checked and not the first loss alone.
    const int CheckedSteps = 5;

    readonly Assignment _assignment;
    readonly Workload _workload;
    readonly float[][] _images;
    readonly int[][] _labels;
    int _next;

    public Worker(Assignment assignment)
    {
        _assignment = assignment;
        using var model = Model.Load(assignment.Weights);
        MultiplyAdds = model.Graph.MultiplyAdds;
        _workload = assignment.Training
            ? Workload.Training(model, assignment.Batch, assignment.Threads, assignment.CheckpointActivations)
            : Workload.Inference(model, assignment.Batch, assignment.Threads);
        var input = model.Network.Input;
        _images = Batches<float>(assignment.Images, assignment.Batch * input.Channels * input.Height * input.Width);
        _labels = Batches<int>(assignment.Labels, assignment.Batch);
    }

    /// <summary>Multiply-adds of one image, forward.</summary>
    public long MultiplyAdds { get; }

    public void Serve(TextReader orders, TextWriter answers)
    {
        var runtime = RuntimeInformation.FrameworkDescription;
        Answer(answers, $$"""{"engine": "Residuum", "multiplyAdds": {{MultiplyAdds}}, "runtime": "{{runtime}}"}""");
        while (orders.ReadLine() is { } order)
            switch (order.Split(' '))
            {
                case ["run", var seconds]:
                    Answer(answers, $$"""{"milliseconds": [{{Numbers(Run(double.Parse(seconds, CultureInfo.InvariantCulture)))}}]}""");
                    break;
                case ["check"]:
                    Answer(answers, $$"""{"outputs": [{{Numbers(Check())}}]}""");
                    break;
                case ["peak"]:
                    Answer(answers, $$"""{"gigaflops": {{Numbers([MeasuredPeak.Gigaflops(_assignment.Threads)])}}}""");
                    break;
                default:
                    throw new ResiduumException($"There is no order '{order}'.");
            }
    }

    public void Dispose() => _workload.Dispose();

    double[] Check()
    {
        var losses = new double[_assignment.Training ? CheckedSteps : 0];
        for (var i = 0; i < losses.Length; i++) losses[i] = RunFirst().Average();
        return _assignment.Training ? losses : RunFirst();
    }

    double[] RunFirst()
    {
        _workload.Run(_images[0], _labels[0]);
        return [.. _workload.Results.ToArray().Select(x => (double)x)];
    }

    List<double> Run(double seconds)
    {
        // This run finds caches and pages as others left them; it is not timed.
        RunNext();
        var times = new List<double>();
        var all = Stopwatch.GetTimestamp();
        do
        {
            var start = Stopwatch.GetTimestamp();
            RunNext();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(all).TotalSeconds < seconds);
        return times;
    }

    void RunNext()
    {
        _workload.Run(_images[_next], _labels[_next]);
        _next = (_next + 1) % _images.Length;
    }

    static T[][] Batches<T>(string path, int length) where T : unmanaged
    {
        using var file = File.OpenRead(path);
        var batches = new T[file.Length / Unsafe.SizeOf<T>() / length][];
        for (var i = 0; i < batches.Length; i++) file.ReadExactly(MemoryMarshal.AsBytes((batches[i] = new T[length]).AsSpan()));
        return batches;
    }

    static string Numbers(IEnumerable<double> numbers) =>
        string.Join(", ", numbers.Select(x => x.ToString("R", CultureInfo.InvariantCulture)));

    static void Answer(TextWriter answers, string line)
    {
        answers.WriteLine(line);
        answers.Flush();
    }
}
