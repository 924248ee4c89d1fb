namespace Residuum.Web.Exploration;

/// <summary>
/// Answers what the page asks of a network, as JSON. Safe from several threads: one answer is computed at a time, because each takes all
/// cores, and answers are kept within bounds.
/// </summary>
sealed partial class Answerer : IDisposable
{
    const long MostBytes = 64 << 20;

    readonly ExplorerSource _source;
    readonly Lazy<Architecture> _architecture;
    readonly ModelShelf _models;
    readonly PictureShelf _pictures = new();
    readonly AnswerCache _cache = new(MostBytes);
    readonly SemaphoreSlim _turn = new(1);
    readonly string? _image;
    readonly Room _room;
    bool _disposed;

    public Answerer(ExplorerSource source, Room room)
    {
        (_source, _room) = (source, room);
        _architecture = new(() => new Architecture(source.Network));
        _models = new ModelShelf(source);
        if (source.Image is { } image) _image = _pictures.Add(source.ImageName, image).Id;
    }

    public Architecture Architecture => _architecture.Value;

    /// <summary>The largest file that is read as a picture.</summary>
    public long MostFileBytes => _source.Images.Limits.MaximumFileBytes;

    /// <summary>Builds the network and draws it, so that the first to ask is answered at once.</summary>
    /// <exception cref="ResiduumException">The network cannot be built.</exception>
    public void Prepare()
    {
        Answer(new Question("network"));
        Answer(new Question("diagram"));
    }

    /// <summary>Keeps a picture, so that questions can be asked of it.</summary>
    /// <exception cref="ResiduumException">It is no picture that is read here.</exception>
    public byte[] Add(ReadOnlyMemory<byte> file, string name)
    {
        var picture = _pictures.Add(name, _source.Images.Decode(file, name));
        return Answer(new Question("picture", Image: picture.Id));
    }

    /// <summary>Answers a question.</summary>
    /// <exception cref="ResiduumException">There is no such layer, epoch or picture, or the model cannot be opened.</exception>
    public byte[] Answer(Question question, CancellationToken cancellation = default)
    {
        // What is known without weights does not wait for them.
        if (question.Subject is "network" or "diagram") return _cache.Find(question.Key) ?? Keep(question, Compute(question));
        if (_cache.Find(question.Key) is { } kept) return kept;
        _turn.Wait(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _cache.Find(question.Key) ?? Keep(question, Compute(question));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits for a computation that runs, and frees the models.</summary>
    public void Dispose()
    {
        _turn.Wait();
        _disposed = true;
        _models.Dispose();
        _turn.Release();
    }

    byte[] Keep(Question question, byte[] answer)
    {
        _cache.Keep(question.Key, answer);
        return answer;
    }
}

/// <summary>How much an answer may show.</summary>
/// <param name="Maps">Maps of a layer.</param>
/// <param name="MapSide">Pixels on the longer side of a map.</param>
/// <param name="Filters">Filters of a layer.</param>
readonly record struct Room(int Maps, int MapSide, int Filters)
{
    /// <summary>Where answers are asked for one by one.</summary>
    public static Room Served { get; } = new(32, 112, 64);

    /// <summary>Where all answers go into one file.</summary>
    public static Room Exported { get; } = new(8, 32, 16);
}
