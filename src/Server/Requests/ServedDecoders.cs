using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Server;

/// <summary>Finds who answers: a model of the container with a decoder of the container's or of the catalogue.</summary>
internal sealed class ServedDecoders(HostedDecoders decoders, ModelCatalogue models, IOptions<ServerOptions> options)
{
    public IReadOnlyList<HostedModel> Models => models.All;

    public HostedModel DefaultModel => models.For(null);

    /// <summary>The decoders that the container's options name.</summary>
    public IEnumerable<HostedDecoder> Configured => decoders.Names.Select(decoders.Get);

    /// <param name="model">Name of a model or of one of the container's decoders; null: the default model.</param>
    /// <param name="decoder">Name of a decoder; null: the default one.</param>
    /// <param name="ranks">Whether heuristics are to be ranked by, so that where no decoder is named one that does is taken.</param>
    /// <exception cref="ApiException">There is no such model or decoder.</exception>
    public HostedDecoder Find(string? model, string? decoder, bool ranks)
    {
        var own = model is null || IsModel(model) ? null : decoders.Find(model) ?? throw new ApiException(404, $"there is no model '{model}'; there are {string.Join(", ", models.All.Select(known => known.Name))}", "model", "model_not_found");
        var of = own?.Model ?? (model is null ? DefaultModel : models.Get(model));
        if (decoder is not null) return Named(of, decoder);
        if (own is not null) return own;
        var usual = Named(of, options.Value.Decoder);
        return ranks && !usual.Preset.Request.Decoder.ConsultsHeuristics ? Named(of, "deal") : usual;
    }

    private bool IsModel(string name) => models.All.Any(known => known.Name == name);

    private HostedDecoder Named(HostedModel model, string name)
    {
        if (decoders.Find(name) is { } own && own.Model == model) return own;
        return DecoderCatalogue.All.FirstOrDefault(entry => entry.Name == name) is { } entry
            ? decoders.OfCatalogue(model, entry)
            : throw new ApiException(400, $"there is no decoder '{name}'; there are {string.Join(", ", DecoderCatalogue.All.Select(known => known.Name).Concat(decoders.Names).Distinct())}", "alignment.decoder");
    }
}
