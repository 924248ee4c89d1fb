using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>
/// Reads the elements of a safetensors file. A large file is read by two threads: most of the time goes into memory that is touched
/// for the first time.
/// </summary>
static class SafetensorsData
{
    const long LeastForTwo = 4 << 20;

    /// <summary>Reads the tensors of a stream that stands at the first byte of data, which the entries cover without gaps, in
    /// order.</summary>
    public static Tensor[] Read(Stream stream, List<SafetensorsEntry> entries)
    {
        var tensors = new Tensor[entries.Count];
        var length = entries.Count == 0 ? 0 : entries[^1].End;
        if (stream is not FileStream file || length < LeastForTwo)
        {
            for (var i = 0; i < tensors.Length; i++) stream.ReadExactly((tensors[i] = Create(entries[i])).Bytes);
            return tensors;
        }
        // The handle is asked for once: that gives back what the stream has read ahead.
        var (start, handle) = (file.Position, file.SafeFileHandle);
        var second = entries.FindIndex(entry => entry.Begin >= length / 2);
        if (second < 0) second = entries.Count;
        ExceptionDispatchInfo? failure = null;
        var helper = new Thread(() =>
        {
            try { ReadAt(handle, start, entries, tensors, second, entries.Count); }
            catch (Exception exception) { failure = ExceptionDispatchInfo.Capture(exception); }
        });
        helper.Start();
        try { ReadAt(handle, start, entries, tensors, 0, second); }
        finally { helper.Join(); }
        failure?.Throw();
        return tensors;
    }

    static void ReadAt(SafeFileHandle file, long start, List<SafetensorsEntry> entries, Tensor[] tensors, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            tensors[i] = Create(entries[i]);
            var bytes = tensors[i].Bytes;
            for (var offset = start + entries[i].Begin; !bytes.IsEmpty;)
            {
                var count = RandomAccess.Read(file, bytes, offset);
                if (count == 0) throw new EndOfStreamException();
                bytes = bytes[count..];
                offset += count;
            }
        }
    }

    // Every element is read or the tensor is dropped, so it need not be zero before.
    static Tensor Create(SafetensorsEntry entry) => Tensor.Over(
        entry.ElementType, entry.Shape, GC.AllocateUninitializedArray<byte>(checked((int)(entry.End - entry.Begin))));
}
