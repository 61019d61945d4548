using DecodeAlign.Constraints;
using DecodeAlign.Heuristics;
using DecodeAlign.Server;

namespace DecodeAlign.Tests;

public class FileGuardTests
{
    [Theory]
    [InlineData("a model", true)]
    [InlineData(null, false)]
    public void ReadsFiles_HeuristicThatAProgramAdded_SaysSoWhereItNeedsAnything(string? needs, bool reads)
    {
        var name = $"added-{reads}".ToLowerInvariant();
        Assert.False(FileGuard.ReadsFiles(name));
        HeuristicCatalogue.Add(new(name, "", "", needs, ""), argument => Heuristic.FromText(argument, text => text.Length));
        Assert.Equal(reads, FileGuard.ReadsFiles(name));
    }

    // what a catalogue gains that needs a file has to join the list
    [Fact]
    public void Lists_HoldEverythingOfTheCataloguesThatReadsAFile()
    {
        Assert.Equal(HeuristicCatalogue.All.Except(HeuristicCatalogue.Added).Where(known => known.Needs is not null).Select(known => known.Name), FileGuard.Heuristics.Concat(FileGuard.Objectives).Order(StringComparer.Ordinal));
        Assert.Equal(ConstraintCatalogue.All.Where(known => known.Argument == "a file").Select(known => known.Name), FileGuard.Constraints);
        Assert.Equal(CombinationParser.All.Where(known => known.Argument.Contains("a file", StringComparison.Ordinal)).Select(known => known.Name), FileGuard.Rules);
    }
}
