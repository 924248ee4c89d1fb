using Residuum.Testing;
using Residuum.Training;

namespace Residuum.Tests.Training;

/// <summary>Learning rates against those of PyTorch's schedulers (<c>tests/golden/training_numbers.py</c>), whose peak is 0.3.</summary>
public class ScheduleTests
{
    const double Peak = 0.3;

    static readonly GoldenFile s_golden = GoldenFile.Read("Residuum.Tests/Golden/Training/numbers.safetensors");

    public static TheoryData<string> Names => [.. s_schedules.Keys];

    static readonly Dictionary<string, Schedule> s_schedules = new()
    {
        ["one-cycle 50"] = new OneCycleSchedule(),
        ["one-cycle 7"] = new OneCycleSchedule(),
        ["one-cycle 200 early"] = new OneCycleSchedule { Rise = 0.125, StartDivisor = 10, EndDivisor = 50 },
        ["cosine 40"] = new CosineSchedule(),
        ["step 40"] = new StepSchedule(),
        ["step 30 thirds"] = new StepSchedule { Milestones = [0.3, 0.6, 0.8], Gamma = 0.2 },
        ["warm-up 40"] = new ConstantSchedule { WarmUp = 0.25 },
    };

    [Theory, MemberData(nameof(Names))]
    public void Rates_are_PyTorchs(string name)
    {
        var expected = s_golden[name];
        for (var step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], s_schedules[name].Rate(step, expected.Length, Peak), 1e-14);
    }

    [Fact]
    public void Warm_up_rises_to_the_peak_from_where_a_cosine_falls()
    {
        var schedule = new CosineSchedule { WarmUp = 0.2 };
        Assert.Equal(Peak / 20, schedule.Rate(0, 100, Peak), 1e-15);
        Assert.Equal(Peak, schedule.Rate(19, 100, Peak), 1e-15);
        Assert.Equal(Peak, schedule.Rate(20, 100, Peak), 1e-15);
        Assert.Equal(Peak / 2, schedule.Rate(60, 100, Peak), 1e-15);
    }

    [Theory, MemberData(nameof(Names))]
    public void Rates_are_above_zero_and_at_most_the_peak_even_in_the_shortest_runs(string name)
    {
        foreach (var steps in new[] { 1, 2, 3, 10 })
            for (var step = 0; step < steps; step++)
            {
                var rate = s_schedules[name].Rate(step, steps, Peak);
                Assert.True(rate > 0 && rate <= Peak, $"{name} has the rate {rate} at step {step} of {steps}.");
            }
    }

    [Fact]
    public void Schedules_compare_by_content()
    {
        Assert.Equal(new StepSchedule(), new StepSchedule { Milestones = [0.5, 0.75] });
        Assert.NotEqual(new StepSchedule(), new StepSchedule { Milestones = [0.5, 0.8] });
        Assert.Equal(new StepSchedule().GetHashCode(), new StepSchedule { Milestones = [0.5, 0.75] }.GetHashCode());
    }

    public static TheoryData<Schedule, string> Wrong => new()
    {
        { new ConstantSchedule { WarmUp = 1 }, "The warm-up 1 is a share of the run and must be at least 0 and below 1." },
        { new ConstantSchedule { WarmUp = double.NaN }, "The warm-up NaN is a share of the run and must be at least 0 and below 1." },
        { new StepSchedule { Milestones = [0.5, 1.5] }, "The milestones of a step schedule are shares of the run between 0 and 1." },
        { new StepSchedule { Milestones = default }, "The milestones of a step schedule are shares of the run between 0 and 1." },
        { new StepSchedule { Gamma = 0 }, "The gamma 0 of a step schedule must be above 0 and at most 1." },
        { new OneCycleSchedule { Rise = 0 }, "A one-cycle schedule rises over a share between 0 and 1, and its divisors are at least 1." },
        { new OneCycleSchedule { EndDivisor = double.NaN },
            "A one-cycle schedule rises over a share between 0 and 1, and its divisors are at least 1." },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_schedule_that_makes_no_sense_is_refused_with_its_recipe(Schedule schedule, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ResiduumException>((Recipe.Shapes with { Schedule = schedule }).Check).Message);
}
