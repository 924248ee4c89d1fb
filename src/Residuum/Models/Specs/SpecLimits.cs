using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>How large a described network may be, so that a stranger's description cannot ask for absurd memory or time.</summary>
static class SpecLimits
{
    public const int Stages = 64;
    public const int Blocks = 4096;
    public const int StemConvolutions = 16;
    public const int PlainLayers = 256;
    public const int Nodes = 65_536;
    public const int NodeInputs = 4096;
    public const int Outputs = 256;
    public const int Width = 65_536;
    public const int Kernel = 63;
    public const int Stride = 64;
    public const int ImageChannels = 4096;
    public const int ImageSide = 16_384;

    /// <summary>Parameters of a whole network.</summary>
    public const long Parameters = 1L << 31;

    /// <summary>Numbers of one image at any node: what one tensor of 2 GB holds.</summary>
    public const long MapElements = 1L << 29;

    const int NameLength = 128;

    public static void CheckText(NetworkSpec network)
    {
        if (string.IsNullOrWhiteSpace(network.Name) || network.Name.Length > NameLength || network.Name.Any(char.IsControl))
            throw new ResiduumException(
                $"A network's name must have 1 to {NameLength} printable characters; this one is empty, too long or has others.");
        CheckRange(network, "input.channels", network.Input.Channels, 1, ImageChannels);
        CheckRange(network, "input.height", network.Input.Height, 1, ImageSide);
        CheckRange(network, "input.width", network.Input.Width, 1, ImageSide);
    }

    public static void CheckSize(NetworkSpec network, Graph graph)
    {
        if (graph.ParameterCount > Parameters)
            throw Refusal(network, $"it would have {graph.ParameterCount:N0} parameters and may have {Parameters:N0}");
        foreach (var node in graph.Nodes)
        {
            var elements = 1L;
            foreach (var dimension in node.Outputs[0].Shape.Dimensions) elements *= Math.Max(dimension, 1);
            if (elements > MapElements)
                throw Refusal(network, $"'{node.Name}' would have {elements:N0} numbers and may have {MapElements:N0}");
        }
    }

    public static void CheckFlattens(NetworkSpec network, Tensors.Shape map)
    {
        if ((long)map[1] * map[2] * map[3] > MapElements) throw Refusal(network, $"its last map of {map} is too large to flatten");
    }

    public static void CheckRange(NetworkSpec network, string member, long value, long least, long most)
    {
        if (value < least || value > most) throw Refusal(network, $"{member} is {value} and must be between {least} and {most}");
    }

    public static void CheckDefined<T>(NetworkSpec network, string member, T value) where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw Refusal(network, $"{member} is {value}, which is not one of {string.Join(", ", Enum.GetNames<T>())}");
    }

    public static void CheckFinite(NetworkSpec network, string member, float value)
    {
        if (!float.IsFinite(value)) throw Refusal(network, $"{member} is {value} and must be a finite number");
    }

    public static void CheckRate(NetworkSpec network, string member, float value)
    {
        if (!(value >= 0 && value < 1)) throw Refusal(network, $"{member} is {value} and must be at least 0 and below 1");
    }

    public static ResiduumException Refusal(NetworkSpec network, string why) =>
        new($"The network '{network.Name}' cannot be built: {why}.");
}
