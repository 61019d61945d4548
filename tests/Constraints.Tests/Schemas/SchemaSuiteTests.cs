using DecodeAlign.Experiments;

namespace DecodeAlign.Tests;

/// <summary>JSON-Schema-Test-Suite, where it lies on the machine: no illegal instance is taken.</summary>
public class SchemaSuiteTests
{
    [Theory]
    [InlineData("draft7")]
    [InlineData("draft2020-12")]
    public void PublicSuite_EachFile_TakesNoIllegalInstance(string draft)
    {
        var clone = Environment.GetEnvironmentVariable("DECODEALIGN_SCHEMA_SUITE");
        Assert.SkipWhen(string.IsNullOrEmpty(clone), "DECODEALIGN_SCHEMA_SUITE does not name a clone of json-schema-org/JSON-Schema-Test-Suite");
        SchemaSuiteFile[] files = [.. SchemaSuiteFile.RunAll(Path.Combine(clone!, "tests", draft))];
        Assert.Empty(files.SelectMany(file => file.Wrong));
        // and it is no empty promise: most of what is asked is understood
        Assert.True(files.Sum(file => file.Accepted) > 2 * files.Sum(file => file.Refused.Count));
        Assert.True(files.Sum(file => file.Right) > 5 * files.Sum(file => file.Missed.Count));
    }
}
