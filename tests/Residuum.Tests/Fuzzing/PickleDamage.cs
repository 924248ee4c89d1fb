using System.Buffers.Binary;
using System.Text;

namespace Residuum.Tests.Fuzzing;

/// <summary>Damages pickles opcode by opcode: most of what comes out has whole opcodes still.</summary>
static class PickleDamage
{
    static readonly byte[] s_plain = [.. "().01NQRabdeltus]}"u8, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8f, 0x90, 0x91, 0x93, 0x94];

    static readonly string[] s_globals =
    [
        "torch\nFloatStorage\n", "torch\nLongStorage\n", "torch\nComplexFloatStorage\n", "torch._utils\n_rebuild_tensor_v2\n",
        "torch._utils\n_rebuild_tensor\n", "torch._utils\n_rebuild_parameter\n", "collections\nOrderedDict\n", "torch\nSize\n",
        "torch\ndevice\n", "torch\nfloat32\n", "os\nsystem\n", "builtins\neval\n", "\n\n",
    ];

    /// <summary>The pickle after one to three changes.</summary>
    public static byte[] Bytes(byte[] pickle, Random random)
    {
        var steps = Split(pickle, out _);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var place = random.Next(steps.Count);
            switch (random.Next(7))
            {
                case 0: steps.RemoveAt(place); break;
                case 1: steps.Insert(place, random.OneOf(steps)); break;
                case 2:
                    var other = random.Next(steps.Count);
                    (steps[place], steps[other]) = (steps[other], steps[place]);
                    break;
                case 3: steps[place] = Any(random); break;
                case 4: steps.Insert(place, Any(random)); break;
                case 5:
                    var run = Enumerable.Repeat(random.Next(2) == 0 ? steps[place] : Any(random), random.OneOf([2, 70, 3000])).ToArray();
                    steps.InsertRange(place, run);
                    break;
                default: steps[place] = Argument(steps[place], random); break;
            }
            if (steps.Count == 0) steps.Add([(byte)'.']);
        }
        return [.. steps.SelectMany(step => step)];
    }

    /// <summary>The opcodes of a well-formed pickle, each with its argument; and where it ends.</summary>
    public static List<byte[]> Split(ReadOnlySpan<byte> pickle, out int end)
    {
        var steps = new List<byte[]>();
        for (end = 0; ;)
        {
            var length = Length(pickle[end..]);
            steps.Add(pickle.Slice(end, length).ToArray());
            end += length;
            if (steps[^1][0] == (byte)'.') return steps;
        }
    }

    static int Length(ReadOnlySpan<byte> pickle) => pickle[0] switch
    {
        (byte)'c' => 1 + NewLine(pickle[1..]) + NewLine(pickle[(1 + NewLine(pickle[1..]))..]),
        (byte)'X' or (byte)'T' or (byte)'B' or 0x8b => 5 + BinaryPrimitives.ReadInt32LittleEndian(pickle[1..]),
        (byte)'U' or (byte)'C' or 0x8a or 0x8c => 2 + pickle[1],
        0x8d => 9 + (int)BinaryPrimitives.ReadInt64LittleEndian(pickle[1..]),
        (byte)'K' or (byte)'q' or (byte)'h' or 0x80 => 2,
        (byte)'M' => 3,
        (byte)'J' or (byte)'r' or (byte)'j' => 5,
        (byte)'G' or 0x95 => 9,
        _ => 1,
    };

    static int NewLine(ReadOnlySpan<byte> text) => text.IndexOf((byte)'\n') + 1;

    static byte[] Any(Random random) => random.Next(6) switch
    {
        0 => [(byte)'c', .. Encoding.ASCII.GetBytes(random.OneOf(s_globals))],
        1 => [(byte)'J', .. Int32((int)Damage.Number(0, random))],
        2 => [0x8a, 8, .. BitConverter.GetBytes(Damage.Number(0, random))],
        3 => [random.OneOf([(byte)'h', (byte)'q', (byte)'K', (byte)0x80]), (byte)random.Next(256)],
        4 => [(byte)random.Next(256)],
        _ => [random.OneOf(s_plain)],
    };

    // Another number in the argument of an opcode; a text keeps its length, or loses it.
    static byte[] Argument(byte[] step, Random random)
    {
        if (step.Length == 0) return Any(random);
        byte[] copy = [.. step];
        switch (step[0])
        {
            case (byte)'K' or (byte)'q' or (byte)'h' when step.Length > 1: copy[1] = (byte)Damage.Number(step[1], random); break;
            case (byte)'M' or (byte)'J' or (byte)'r' or (byte)'j':
                return [(byte)'J', .. Int32((int)Damage.Number(0, random))];
            case (byte)'X' when step.Length > 5:
                if (random.Next(3) == 0) BinaryPrimitives.WriteInt32LittleEndian(
                    copy.AsSpan(1), (int)Damage.Number(step.Length - 5, random));
                else copy[random.Next(5, copy.Length)] = (byte)random.Next(256);
                break;
            default: return Damage.Bytes(step, random);
        }
        return copy;
    }

    static byte[] Int32(int value) => BitConverter.GetBytes(value);
}
