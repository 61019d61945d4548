using DecodeAlign.Decoding;
using DecodeAlign.Torch;

namespace DecodeAlign.Cli;

/// <summary>Models on a device.</summary>
internal static class DeviceModels
{
    public static Task<ILanguageModel> LoadAsync(string folder, ModelSettings settings, DeviceSettings device, CancellationToken cancellationToken)
    {
        var type = device.DataType switch { "bf16" => TorchDataType.BF16, "f16" => TorchDataType.F16, _ => TorchDataType.F32 };
        return TorchModel.LoadAsync(folder, new() { Device = device.Name, DataType = type, Threads = settings.Threads, KvBudgetBytes = settings.KvBudgetBytes }, settings.Sharing, tokenizerFormats: ModelSource.TokenizerFormats, cancellationToken: cancellationToken);
    }
}
