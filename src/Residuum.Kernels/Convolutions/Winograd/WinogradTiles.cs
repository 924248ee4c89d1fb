namespace Residuum.Kernels;

/// <summary>
/// How the results of a batch of maps are cut into square tiles, and the tiles into groups that are worked on together: some rows of
/// tiles of an image, or a few whole images where they are small.
/// </summary>
internal readonly struct WinogradTiles
{
    readonly int _height, _width, _size, _imagesInGroup, _groupsInImage;

    /// <param name="height">Rows of results.</param>
    /// <param name="width">Columns of results.</param>
    /// <param name="size">Results of a tile along a side.</param>
    /// <param name="wanted">Tiles that a group should have, about.</param>
    /// <param name="rowUnit">A group's rows of results are a multiple of this, or all of them.</param>
    public WinogradTiles(int height, int width, int size, int wanted, int rowUnit = 1)
    {
        (_height, _width, _size) = (height, width, size);
        (Rows, Columns) = ((height + size - 1) / size, (width + size - 1) / size);
        _imagesInGroup = Math.Max(1, wanted / (Rows * Columns));
        _groupsInImage = size % rowUnit == 0 ? Math.Clamp((Rows * Columns + wanted / 2) / wanted, 1, Rows) : 1;
    }

    /// <summary>Rows of tiles in an image.</summary>
    public int Rows { get; }

    /// <summary>Tiles in a row.</summary>
    public int Columns { get; }

    /// <summary>Tiles of an image.</summary>
    public int InImage => Rows * Columns;

    /// <summary>The most tiles of a group.</summary>
    public int InGroup => _imagesInGroup > 1 ? _imagesInGroup * InImage : (Rows + _groupsInImage - 1) / _groupsInImage * Columns;

    /// <summary>Groups of a batch.</summary>
    public int Groups(int images) => (images + _imagesInGroup - 1) / _imagesInGroup * _groupsInImage;

    /// <summary>One group of a batch.</summary>
    public Group this[int group, int images]
    {
        get
        {
            var (imageGroup, part) = Math.DivRem(group, _groupsInImage);
            var first = imageGroup * _imagesInGroup;
            var (firstRow, endRow) = PieceCut.Part(Rows, 1, part, _groupsInImage);
            return new Group(first, Math.Min(images, first + _imagesInGroup), firstRow, endRow);
        }
    }

    /// <summary>Tiles of a group.</summary>
    public int Count(in Group group) => (group.EndImage - group.FirstImage) * (group.EndRow - group.FirstRow) * Columns;

    /// <summary>Tiles of the batch before a group.</summary>
    public int Before(in Group group) => group.FirstImage * InImage + group.FirstRow * Columns;

    /// <summary>The rows of results that belong to rows of tiles.</summary>
    public (int First, int End) ResultRows(in Group group) => (group.FirstRow * _size, Math.Min(_height, group.EndRow * _size));

    /// <summary>Rows of results within a tile of this row of tiles.</summary>
    public int ValidRows(int row) => Math.Min(_size, _height - row * _size);

    /// <summary>Columns of results within a tile of this column.</summary>
    public int ValidColumns(int column) => Math.Min(_size, _width - column * _size);

    /// <summary>Rows of tiles of some images.</summary>
    public readonly record struct Group(int FirstImage, int EndImage, int FirstRow, int EndRow)
    {
        /// <summary>The same of images that come so much later.</summary>
        public Group After(int images) => this with { FirstImage = FirstImage + images, EndImage = EndImage + images };
    }
}
