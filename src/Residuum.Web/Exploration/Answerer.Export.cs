using Residuum.Graphs;
using Residuum.Inspection;

namespace Residuum.Web.Exploration;

sealed partial class Answerer
{
    // So many layers are looked at in one run of the network, which holds all their maps at once.
    const int LayersOfRun = 32;

    const int MostHeatMaps = 3;

    /// <summary>The answers that an exported page carries, by the questions' keys.</summary>
    public IEnumerable<(string Key, byte[] Answer)> AnswerAll()
    {
        foreach (var question in Questions()) yield return (question.Key, Answer(question));
        if (_image is null) yield break;
        foreach (var layers in _models.Model.FeatureNames.Chunk(LayersOfRun))
            foreach (var maps in ActivationMaps.Of(_models.Model, _pictures.Find(_image).Image, layers).Layers)
                yield return (new Question("maps", maps.Layer, Image: _image).Key,
                    AnswersJson.Write(MapsReader.Of(maps, _room.Maps, _room.MapSide)));
    }

    IEnumerable<Question> Questions()
    {
        foreach (var subject in (string[])["network", "diagram", "model", "statistics"]) yield return new Question(subject);
        foreach (var node in Architecture.Graph.Nodes)
            if (node.Op is Conv2d) yield return new Question("filters", node.Name);
        if (_image is null) yield break;
        yield return new Question("picture", Image: _image);
        yield return new Question("classes", Image: _image);
        var model = _models.Model;
        if (model.Classes == 0) yield break;
        foreach (var prediction in model.Predict(_pictures.Find(_image).Image, MostHeatMaps))
            yield return new Question("heat", Image: _image, Class: prediction.Index);
    }
}
