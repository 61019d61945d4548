using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

public class NativeLibrariesTests
{
    [Fact]
    public void Require_NoSuchLibrary_SaysWhatToBuildAndWhereToPutIt()
    {
        Assert.False(NativeLibraries.CanLoad("no_such_library"));
        var message = Assert.Throws<TorchUnavailableException>(() => NativeLibraries.Require("cpu", "no_such_library")).Message;
        Assert.StartsWith("device cpu: the native libraries of libtorch are missing", message, StringComparison.Ordinal);
        Assert.Contains("-p:Torch=cpu (package TorchSharp-cpu)", message, StringComparison.Ordinal);
        Assert.Contains(NativeLibraries.CudaSwitch, message, StringComparison.Ordinal);
        Assert.EndsWith($"beside the program, in {AppContext.BaseDirectory}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.so: cannot open shared object file\n/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libLibTorchSharp.so)", "GLIBCXX_3.4.32")]
    [InlineData("/lib64/libc.so.6: version `GLIBC_2.34' not found (required by libLibTorchSharp.so)", "GLIBC_2.34")]
    public void Advice_SystemTooOld_NamesWhatItLacks(string failure, string lacks)
    {
        var message = NativeLibraries.Advice("cuda:1", failure);
        Assert.StartsWith("device cuda:1: TorchSharp's native part needs a newer system", message, StringComparison.Ordinal);
        Assert.Contains($"({lacks})", message, StringComparison.Ordinal);
        Assert.Contains("docs/gpu.md", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Advice_ImportsThatLibtorchLacks_SaysThatTheyDoNotFit()
    {
        var message = NativeLibraries.Advice("cuda", "Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified procedure could not be found. (0x8007007F)");
        Assert.Contains("does not fit the libtorch beside it", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the file x: version `2' not found")]
    [InlineData("version `GLIBC")]
    [InlineData("")]
    public void Advice_OtherFailures_SayThatLibrariesAreMissing(string failure) =>
        Assert.Contains("are missing", NativeLibraries.Advice("cpu", failure), StringComparison.Ordinal);
}
