using Residuum.Graphs;

namespace Residuum.Plans;

/// <summary>
/// Places the values that live only during a run into one stretch of memory: a value's place is free again after its last reader, and
/// an element-wise operation may write over what it was the last to read. Large values are placed first, each into the lowest gap.
/// </summary>
static class MemoryPlanner
{
    /// <summary>Where each value begins, in floats, and how many floats that takes in all.</summary>
    public sealed record Placement(IReadOnlyDictionary<Value, long> Offsets, long Length);

    sealed class Room(int birth, long length)
    {
        public int Birth = birth;
        public int Death = birth;
        public readonly long Length = length;
        public long Offset;
        public readonly List<Value> Values = [];
    }

    /// <param name="graph">The graph whose values are placed.</param>
    /// <param name="values">The values to place, with their storage.</param>
    /// <param name="keep">Values that must survive to the end of the run.</param>
    /// <param name="images">The largest batch.</param>
    public static Placement Place(Graph graph, IReadOnlyDictionary<Value, Storage> values, IReadOnlySet<Value> keep, int images)
    {
        var deaths = Deaths(graph, keep);
        var rooms = new List<Room>();
        var roomOf = new Dictionary<Value, Room>();
        foreach (var node in graph.Nodes)
            for (var output = 0; output < node.Outputs.Length; output++)
            {
                var value = node.Output(output);
                if (!values.TryGetValue(value, out var storage)) continue;
                var room = Overwritable(node, output, storage, values, roomOf);
                if (room is null) rooms.Add(room = new Room(node.Index, storage.Length(images)));
                room.Death = Math.Max(room.Death, deaths[value]);
                room.Values.Add(value);
                roomOf[value] = room;
            }
        var length = Pack(rooms);
        return new Placement(roomOf.ToDictionary(pair => pair.Key, pair => pair.Value.Offset), length);
    }

    static Dictionary<Value, int> Deaths(Graph graph, IReadOnlySet<Value> keep)
    {
        var deaths = new Dictionary<Value, int>();
        foreach (var node in graph.Nodes)
        {
            for (var output = 0; output < node.Outputs.Length; output++) deaths[node.Output(output)] = node.Index;
            foreach (var input in node.Inputs) deaths[input] = node.Index;
        }
        foreach (var value in keep) deaths[value] = int.MaxValue;
        return deaths;
    }

    // The room of an input that this node is the last to read and may overwrite in place.
    static Room? Overwritable(
        Node node, int output, Storage storage, IReadOnlyDictionary<Value, Storage> values, Dictionary<Value, Room> roomOf)
    {
        if (KernelTable.Find(node.Op).InPlace is not { } inPlace) return null;
        foreach (var input in inPlace(node, output))
        {
            var value = node.Inputs[input];
            if (values.TryGetValue(value, out var other) && other == storage && roomOf.TryGetValue(value, out var room)
                && room.Death == node.Index && node.Inputs.Count(read => roomOf.GetValueOrDefault(read) == room) == 1
                && !room.Values.Any(taken => taken.Node == node.Index))
                return room;
        }
        return null;
    }

    static long Pack(List<Room> rooms)
    {
        var placed = new List<Room>();
        long length = 0;
        foreach (var room in rooms.OrderByDescending(room => room.Length).ThenBy(room => room.Birth))
        {
            long offset = 0;
            foreach (var other in placed.Where(other => other.Birth <= room.Death && room.Birth <= other.Death)
                .OrderBy(other => other.Offset))
            {
                if (other.Offset >= offset + room.Length) break;
                offset = Math.Max(offset, other.Offset + other.Length);
            }
            room.Offset = offset;
            placed.Add(room);
            length = Math.Max(length, offset + room.Length);
        }
        return length;
    }
}
