using Residuum.Foundation;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>The form since PyTorch 1.6: a zip file with one pickle and one stored record for each storage, all in one folder.</summary>
static class ZipCheckpoint
{
    public const string PickleName = "data.pkl";

    /// <summary>Reads the state dictionary.</summary>
    public static TensorFile Read(Stream stream, Refusal refusal)
    {
        var records = ZipRecords.Open(stream, refusal);
        var budget = new MemoryBudget(stream.Length, refusal);
        var pickle = FindPickle(records, refusal);
        records.RequireStored();
        var folder = pickle.Name[..^PickleName.Length];
        CheckByteOrder(records, folder, refusal);

        var objects = new TorchObjects(legacy: false, refusal, budget);
        budget.Charge(pickle.Length);
        using var content = new MemoryStream(records.Read(pickle), writable: false);
        var root = PickleMachine.Read(content, objects, refusal, budget);
        if (content.Position != content.Length) throw refusal.Because("something follows the end of its pickle");

        foreach (var storage in objects.Roots) Find(storage);
        var result = TensorViews.Materialise(StateDicts.Extract(root, refusal), storage => records.Read(Find(storage)), refusal, budget);
        records.VerifyRest();
        return result;

        ZipRecord Find(TorchStorage storage)
        {
            var record = records.Find($"{folder}data/{storage.Key}")
                ?? throw refusal.Because($"the record of its storage {Printable.Quote(storage.Key)} is missing");
            var expected = storage.Count * storage.ElementType.Size();
            return record.Length == expected
                ? record
                : throw refusal.Because($"the record of its storage {Printable.Quote(storage.Key)} has {record.Length} bytes where "
                    + $"{expected} were expected");
        }
    }

    static ZipRecord FindPickle(ZipRecords records, Refusal refusal)
    {
        ZipRecord? pickle = null;
        foreach (var record in records.All)
        {
            var slash = record.Name.IndexOf('/');
            var name = record.Name.AsSpan(slash + 1);
            if (name.SequenceEqual("constants.pkl") || name.StartsWith("code/", StringComparison.Ordinal))
                throw refusal.Because("it is a TorchScript archive, which holds a program; save model.state_dict() with torch.save "
                    + "instead");
            if (!name.SequenceEqual(PickleName) || slash < 0) continue;
            if (pickle is not null) throw refusal.Because($"it holds two records called {PickleName}");
            pickle = record;
        }
        if (pickle is null) throw refusal.Because($"it is a zip file without a record {PickleName} in a folder, so it is no checkpoint");
        var folder = pickle.Name[..^PickleName.Length];
        foreach (var record in records.All)
            if (!record.Name.StartsWith(folder, StringComparison.Ordinal))
                throw refusal.Because($"its record {Printable.Quote(record.Name)} lies outside its folder {Printable.Quote(folder)}");
        return pickle;
    }

    static void CheckByteOrder(ZipRecords records, string folder, Refusal refusal)
    {
        // Files without this record come from before it was introduced and are little-endian.
        if (records.Find(folder + "byteorder") is not { } record) return;
        if (record.Length > 6 || !records.Read(record).AsSpan().SequenceEqual("little"u8))
            throw refusal.Because("its byte order is not little-endian; load it in PyTorch and save it again on an ordinary machine");
    }
}
