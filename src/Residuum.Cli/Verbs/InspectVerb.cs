using Residuum.Cli.Inspections;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum inspect</c>: looks inside a network; each subject has a file of its own under <c>Inspections</c>.</summary>
static class InspectVerb
{
    public static VerbCommand Create(Terminal terminal) => new("inspect", "Look inside a network: what it holds, for what, and why.",
        [
            ActivationsInspection.Create(terminal),
            PatternsInspection.Create(terminal),
            GradCamInspection.Create(terminal),
            OcclusionInspection.Create(terminal),
            FiltersInspection.Create(terminal),
            StatisticsInspection.Create(terminal),
            GradientsInspection.Create(terminal), SimilarityInspection.Create(terminal), BlocksInspection.Create(terminal),
        ]);
}
