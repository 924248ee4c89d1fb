using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>Scaling and joining channels, and what training drops at random.</summary>
static class ReferenceChannels
{
    public static void Scale(ReferenceStep step)
    {
        var (x, s) = (step.Inputs[0], step.Inputs[1]);
        ReferenceShortcuts.ForEach(x, (n, c, i, j) => step.Output[n, c, i, j] = x[n, c, i, j] * s[n, c]);
    }

    public static void ScaleGradient(ReferenceStep step)
    {
        var (x, dy) = (step.Inputs[0], step.Inputs[1]);
        ReferenceShortcuts.ForEach(x, (n, c, i, j) => step.Output[n, c] += x[n, c, i, j] * dy[n, c, i, j]);
    }

    public static void Concat(ReferenceStep step)
    {
        var start = 0;
        foreach (var x in step.Inputs)
        {
            var first = start;
            ReferenceShortcuts.ForEach(x, (n, c, i, j) => step.Output[n, first + c, i, j] = x[n, c, i, j]);
            start += x.Shape[1];
        }
    }

    public static void Dropout(ReferenceStep step)
    {
        var x = step.Inputs[0].Shape;
        var (height, width) = x.Rank == 4 ? (x[2], x[3]) : (1, 1);
        Drop(step, (image, element) =>
        {
            var (c, pixel) = Math.DivRem(element, height * width);
            return ((ulong)(c / 4) * (ulong)(height * width) + (ulong)pixel, c % 4);
        });
    }

    public static void StochasticDepth(ReferenceStep step) => Drop(step, (_, _) => (0, 0));

    static void Drop(ReferenceStep step, Func<int, int, (ulong Block, int Word)> place)
    {
        var (x, op) = (step.Inputs[0], (RandomOp)step.Op);
        var elements = x.Data.Length / x.Shape[0];
        for (var i = 0; i < x.Data.Length; i++)
        {
            if (step.Inputs.Length == 1)
            {
                step.Output[i] = x[i];
                continue;
            }
            var image = i / elements;
            var (block, word) = place(image, i % elements);
            var key = (uint)(int)step.Inputs[1][image, 0] | (ulong)(uint)(int)step.Inputs[1][image, 1] << 32;
            var (first, second, third, fourth) = new Foundation.CounterRandom(key, (ulong)op.Stream).Block(block);
            uint[] words = [first, second, third, fourth];
            step.Output[i] = words[word] < op.Rate * 4294967296.0 ? 0 : x[i] / (1 - op.Rate);
        }
    }
}
