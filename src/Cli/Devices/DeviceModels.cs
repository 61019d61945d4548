using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;
using DecodeAlign.Torch;

namespace DecodeAlign.Cli;

/// <summary>Models on a device.</summary>
internal static class DeviceModels
{
    /// <exception cref="UsageException">This is a native build.</exception>
    public static Task<ILanguageModel> LoadAsync(string folder, ModelSettings settings, DeviceSettings device, CancellationToken cancellationToken)
    {
        // TorchSharp finds its own parts by reflection; the condition is a constant of native builds, which leave it out
        if (!RuntimeFeature.IsDynamicCodeSupported) throw new UsageException("--device: this is the native build, which has no TorchSharp; use a build of the source with -p:Torch=cpu, cuda-windows or cuda-linux (docs/gpu.md)");
        var type = device.DataType switch { "bf16" => TorchDataType.BF16, "f16" => TorchDataType.F16, _ => TorchDataType.F32 };
        return TorchModel.LoadAsync(folder, new() { Device = device.Name, DataType = type, Threads = settings.Threads, KvBudgetBytes = settings.KvBudgetBytes }, settings.Sharing, tokenizerFormats: ModelSource.TokenizerFormats, cancellationToken: cancellationToken);
    }
}
