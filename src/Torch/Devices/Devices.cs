using System.Globalization;

namespace DecodeAlign.Torch;

/// <summary>Finds devices by name, and says what to add where one is missing.</summary>
internal static class Devices
{
    private const string Cuda = "cuda";

    /// <summary>Opens <c>cpu</c>, <c>cuda</c> (the first device) or <c>cuda:N</c>.</summary>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    /// <exception cref="TorchUnavailableException">There is no such device, or no native library for it.</exception>
    public static torch.Device Open(string name)
    {
        var index = Index(name);
        NativeLibraries.Require(name, "torch_cpu");
        if (index < 0)
        {
            NativeLibraries.Require(name, "LibTorchSharp");
            return new(DeviceType.CPU);
        }
        // asked before anything else of a GPU: it loads the libraries in the order that they want
        if (!HasCuda(name))
            throw new TorchUnavailableException(NativeLibraries.CanLoad("torch_cuda")
                ? $"device {name}: libtorch finds no CUDA device; check the NVIDIA driver (nvidia-smi lists the devices)"
                : $"device {name}: this build runs libtorch on the processor only; for NVIDIA GPUs build with {NativeLibraries.CudaSwitch}");
        var count = torch.cuda.device_count();
        if (index >= count) throw new TorchUnavailableException($"device {name}: there is no such device; libtorch finds {count}, cuda:0 to cuda:{count - 1}");
        return new(DeviceType.CUDA, index);
    }

    private static bool HasCuda(string name)
    {
        try
        {
            return torch.cuda.is_available();
        }
        catch (Exception exception) when (exception is TypeInitializationException or NotSupportedException or DllNotFoundException)
        {
            NativeLibraries.Require(name, "LibTorchSharp");
            throw;
        }
    }

    /// <summary>The CUDA index; −1: the processor.</summary>
    private static int Index(string name)
    {
        if (name == "cpu") return -1;
        if (name == Cuda) return 0;
        if (name.StartsWith(Cuda + ":", StringComparison.Ordinal) && int.TryParse(name.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return index;
        throw new ArgumentException($"'{name}' is no device: cpu, cuda, or cuda:1 for the second GPU");
    }
}
