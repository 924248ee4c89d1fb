using Residuum.Inspection;

namespace Residuum.Web.Exploration;

sealed partial class Answerer
{
    const int MostClasses = 10;

    // Pictures are shown at most this large.
    const int MostSide = 512;

    byte[] Compute(Question question) => question.Subject switch
    {
        "network" => AnswersJson.Write(Network()),
        "diagram" => AnswersJson.Write(new DiagramAnswer(Diagram.Volumes(_source.Network.Name, Architecture.Graph).ToSvg())),
        "model" => AnswersJson.Write(new ModelAnswer(_models.Model.HasRandomWeights)),
        "maps" => AnswersJson.Write(Maps(question)),
        "filters" => AnswersJson.Write(Filters(question)),
        "statistics" => AnswersJson.Write(LayerStatistics.Of(_models.At(question.Epoch))),
        "heat" => AnswersJson.Write(Heat(question)),
        "picture" => AnswersJson.Write(PictureOf(_pictures.Find(question.Image))),
        "classes" => AnswersJson.Write(Classes(question)),
        _ => throw new ResiduumException($"'{question.Subject}' is nothing that can be asked."),
    };

    NetworkAnswer Network()
    {
        var summary = Architecture.Summary;
        var metrics = _source.Metrics.ToLookup(each => each.Epoch);
        return new NetworkAnswer(summary.Name, summary.Input, summary.Parameters, summary.TotalParameters, summary.MultiplyAdds,
            Architecture.Parts(), summary.Nodes, Architecture.Parameters(),
            [.. _source.Snapshots.Select(each => new EpochAnswer(each.Epoch, metrics[each.Epoch].LastOrDefault()))], _image);
    }

    PictureAnswer PictureOf(Picture picture) => new(picture.Id, picture.Name, picture.Image.Width, picture.Image.Height,
        DataAddress.Of(picture.Image, MostSide), DataAddress.Of(_models.Model.Preprocessing.ApplyGeometry(picture.Image), MostSide));

    MapsAnswer Maps(Question question)
    {
        var layer = LayerOf(question);
        var node = Architecture.EndOf(layer);
        var image = _pictures.Find(question.Image).Image;
        var maps = ActivationMaps.Of(_models.At(question.Epoch), image, [node]);
        return MapsReader.Of(maps.Layers[0] with { Layer = layer }, _room.Maps, _room.MapSide);
    }

    FiltersAnswer Filters(Question question)
    {
        var layer = LayerOf(question);
        Architecture.EndOf(layer);
        var filters = FilterSheet.Of(_models.At(question.Epoch), layer, most: _room.Filters);
        return FiltersReader.Of(filters, Architecture.Summary.Nodes.First(node => node.Name == filters.Layer).Output[0]);
    }

    HeatAnswer Heat(Question question)
    {
        var image = _pictures.Find(question.Image).Image;
        var model = _models.At(question.Epoch);
        if (question.Class is not { } label || label >= model.Classes)
            throw new ResiduumException($"{_source.Network.Name} tells {model.Classes} classes apart, from 0 to {model.Classes - 1}; "
                + $"{question.Class} is none of them.");
        var map = GradCam.Of(model, image, label);
        return new HeatAnswer(label, map.Class.Label, map.Layer, DataAddress.Of(map.Overlay(), MostSide));
    }

    static string LayerOf(Question question) => question.Layer ?? throw new ResiduumException("The question names no layer.");

    ClassesAnswer Classes(Question question)
    {
        var image = _pictures.Find(question.Image).Image;
        var model = _models.At(question.Epoch);
        return new ClassesAnswer(model.Classes == 0 ? [] : model.Predict(image, MostClasses));
    }
}
