using System.Runtime.InteropServices;

namespace DecodeAlign.Torch;

/// <summary>Finds the native part of TorchSharp, and says what to do where it is missing or does not load.</summary>
internal static class NativeLibraries
{
    private const string ProcedureNotFound = "0x8007007F";

    /// <summary>The package that drives NVIDIA GPUs on this system.</summary>
    public static string CudaSwitch => OperatingSystem.IsWindows()
        ? "-p:Torch=cuda-windows (package TorchSharp-cuda-windows)"
        : "-p:Torch=cuda-linux (package TorchSharp-cuda-linux)";

    /// <exception cref="TorchUnavailableException">One of them is missing, or does not load.</exception>
    public static void Require(string device, string library)
    {
        if (Failure(library) is { } failure) throw new TorchUnavailableException(Advice(device, failure.Message));
    }

    public static bool CanLoad(string library) => Failure(library) is null;

    /// <summary>What to do, by what the loader said.</summary>
    internal static string Advice(string device, string failure) => failure.Contains(ProcedureNotFound, StringComparison.Ordinal)
        ? $"device {device}: LibTorchSharp.dll is there and does not fit the libtorch beside it ({ProcedureNotFound}); docs/gpu.md has the way out"
        : TooOld(failure) is { } need
        ? $"device {device}: TorchSharp's native part needs a newer system than this one ({need}): GCC 13's libstdc++, as Debian 13, Ubuntu 24.04 and Fedora 39 have it; docs/gpu.md says how to run it on an older one"
        : $"device {device}: the native libraries of libtorch are missing: build the program with -p:Torch=cpu (package TorchSharp-cpu) or, for NVIDIA GPUs, with {CudaSwitch}; or put the native files of the packages TorchSharp and libtorch ({RuntimeInformation.RuntimeIdentifier}) beside the program, in {AppContext.BaseDirectory}";

    /// <summary>The symbol version that the system's C or C++ library lacks; null where the loader complains of something else.</summary>
    private static string? TooOld(string failure)
    {
        const string before = "version `";
        for (var at = failure.IndexOf(before, StringComparison.Ordinal); at >= 0; at = failure.IndexOf(before, at + 1, StringComparison.Ordinal))
        {
            var name = failure.AsSpan(at + before.Length);
            var end = name.IndexOf('\'');
            if (end > 0 && name.StartsWith("GLIBC", StringComparison.Ordinal)) return name[..end].ToString();
        }
        return null;
    }

    // looked for here, since the binding reports a missing library on standard output
    private static DllNotFoundException? Failure(string library)
    {
        try
        {
            NativeLibrary.Load(library, typeof(torch).Assembly, null);
            return null;
        }
        catch (DllNotFoundException exception)
        {
            return exception;
        }
    }
}
