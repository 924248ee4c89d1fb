using Residuum.Images;

namespace Residuum.Web.Exploration;

/// <summary>The pictures that were given last. Safe from several threads.</summary>
sealed class PictureShelf
{
    const int MostPictures = 4;

    readonly Lock _lock = new();
    readonly List<Picture> _pictures = [];
    int _given;

    /// <summary>Keeps a picture, and forgets the one that was given longest ago where there are too many.</summary>
    public Picture Add(string name, RgbImage image)
    {
        lock (_lock)
        {
            var picture = new Picture($"{++_given}", name, image);
            _pictures.Add(picture);
            if (_pictures.Count > MostPictures) _pictures.RemoveAt(0);
            return picture;
        }
    }

    /// <exception cref="ResiduumException">There is no such picture, or no longer.</exception>
    public Picture Find(string? id)
    {
        lock (_lock)
            return _pictures.FirstOrDefault(picture => picture.Id == id)
                ?? throw new ResiduumException("That picture is no longer at hand; drop it again.");
    }
}

/// <summary>A picture that was given.</summary>
sealed record Picture(string Id, string Name, RgbImage Image);
