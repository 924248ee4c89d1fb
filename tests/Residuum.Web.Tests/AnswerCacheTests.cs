using Residuum.Web.Exploration;

namespace Residuum.Web.Tests;

public sealed class AnswerCacheTests
{
    [Fact]
    public void What_was_asked_for_longest_ago_goes_first()
    {
        var cache = new AnswerCache(100);
        cache.Keep("a", new byte[40]);
        cache.Keep("b", new byte[40]);
        Assert.NotNull(cache.Find("a"));
        cache.Keep("c", new byte[40]);
        Assert.Null(cache.Find("b"));
        Assert.NotNull(cache.Find("a"));
        Assert.NotNull(cache.Find("c"));
        Assert.Equal(80, cache.Bytes);
    }

    [Fact]
    public void What_is_larger_than_all_is_not_kept()
    {
        var cache = new AnswerCache(100);
        cache.Keep("a", new byte[40]);
        cache.Keep("b", new byte[101]);
        Assert.Null(cache.Find("b"));
        Assert.Equal(40, cache.Bytes);
    }

    [Fact]
    public void The_same_answer_twice_counts_once()
    {
        var cache = new AnswerCache(100);
        cache.Keep("a", new byte[40]);
        cache.Keep("a", new byte[40]);
        Assert.Equal(40, cache.Bytes);
    }
}
