using DecodeAlign.Cli;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

public class DeviceTests
{
    [Theory]
    [InlineData("cuda", "bf16")]
    [InlineData("cpu", "f32")]
    public async Task Generate_OnADeviceWithoutLibtorch_SaysWhatToBuildOrWhereToPutIt(string device, string type)
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        Assert.SkipWhen(Directory.EnumerateFiles(AppContext.BaseDirectory, "*torch_cpu.*", SearchOption.AllDirectories).Any(), "this build has libtorch");
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error };
        var code = await CommandLine.RunAsync(["generate", "Once", "--device", device, "--dtype", type], terminal, new ModelSource(terminal), CancellationToken.None);
        Assert.Equal(1, code);
        Assert.StartsWith($"error: device {device}: the native libraries of libtorch are missing: build the program with -p:Torch=cpu", error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"beside the program, in {AppContext.BaseDirectory}", error.ToString().TrimEnd(), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }
}
