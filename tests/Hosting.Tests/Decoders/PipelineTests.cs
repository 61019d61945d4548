using System.Diagnostics.Metrics;
using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Tests;

public class PipelineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WrapDecoder_Steps_StandAroundTextsChatsAndStreams()
    {
        var calls = new List<string>();
        await using var services = Services.Build(build => build
            .AddDecoder("d", options => (options.Preset, options.MaxTokens) = ("greedy", 4))
            .WrapDecoder("d", (pipeline, provider) => pipeline.Use(inner => new Spy("outer", calls, provider, inner)))
            .WrapDecoder("d", (pipeline, provider) => pipeline.Use(inner => new Spy("inner", calls, provider, inner))));
        var decoder = services.GetRequiredService<HostedDecoder>();

        var result = await decoder.GenerateAsync("x", Cancel);
        await services.GetRequiredService<IChatClient>().GetResponseAsync("x", cancellationToken: Cancel);

        Assert.Equal(["outer", "inner", "outer", "inner"], calls);
        Assert.Equal(4, result.Answer.Ids.Count);
        Assert.Same(services.GetRequiredService<HostedModel>(), decoder.GetService<ILanguageModel>());
        Assert.NotNull(decoder.GetService<Spy>());
    }

    [Fact]
    public async Task WrapDecoder_ASelection_ChoosesEveryAnswer()
    {
        await using var services = Services.Build(build => build
            .AddDecoder("d", options => (options.Preset, options.MaxTokens) = ("sample", 6))
            .WrapDecoder("d", (pipeline, _) => pipeline.UseSelection(new BestOf(3))));
        var result = await services.GetRequiredService<HostedDecoder>().GenerateAsync("x", Cancel);
        Assert.Equal(3, result.Answers.Count);
        var chat = await services.GetRequiredService<IChatClient>().GetResponseAsync("x", cancellationToken: Cancel);
        Assert.Equal(result.Text, chat.Text);
    }

    [Fact]
    public void WrapDecoder_UnknownName_IsRefused()
    {
        var fault = Assert.Throws<ArgumentException>(() => Services.Build(build => build.AddDecoder("d").WrapDecoder("e", (_, _) => { })));
        Assert.Contains("there is no decoder 'e'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseTelemetry_AnybodysDecoder_MeasuresABatchOnceAndItsFailures()
    {
        await using var services = Services.Build();
        var durations = new List<(string Operation, string Decoder, string? Error)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>() && instrument.Name == TelemetryNames.OperationDuration) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            durations.Add(((string)all[TelemetryNames.Operation]!, (string)all[TelemetryNames.Decoder]!, (string?)all.GetValueOrDefault(TelemetryNames.ErrorType)));
        });
        listener.Start();
        await using var model = SmallModel.Load();
        var decoder = new Decoder(model).AsBuilder().UseTelemetry(services, "mine").Build();
        var request = new DecodingRequest { Prompt = "x", Decoder = Decoders.Greedy, MaxTokens = 3 };

        var batch = await decoder.GenerateBatchAsync(request, [new("x"), new("y")], Cancel);
        await decoder.GenerateAsync(request, Cancel);
        await foreach (var _ in decoder.StreamAsync(request, Cancel)) { }
        await Assert.ThrowsAsync<ArgumentException>(() => decoder.GenerateBatchAsync(request with { MaxTokens = 0 }, [new("x")], Cancel));

        Assert.Equal(2, batch.Texts.Count);
        Assert.Equal([("text_completion", "mine", null), ("text_completion", "mine", null), ("text_completion", "mine", null), ("text_completion", "mine", "System.ArgumentException")], durations);
    }

    [Fact]
    public async Task GenerateBatchAsync_HostedDecoder_IsOneSearch()
    {
        await using var services = Services.Build(build => build.AddDecoder("d", options => (options.Preset, options.MaxTokens) = ("greedy", 8)));
        var decoder = services.GetRequiredService<HostedDecoder>();
        var batch = await decoder.GenerateBatchAsync(decoder.CreateRequest(""), [new("x"), new("y"), new("z")], Cancel);
        var alone = await decoder.GenerateAsync("y", Cancel);
        Assert.Equal(alone.Answer.Ids, batch.Texts[1].Answer.Ids);
        Assert.InRange(batch.Statistics.BatchedPasses, 1, alone.Statistics.BatchedPasses + 2);
    }

    private sealed class Spy(string name, List<string> calls, IServiceProvider services, IDecoder inner) : DelegatingDecoder(inner)
    {
        public override Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
        {
            Assert.NotNull(services.GetService<HostedModel>());
            calls.Add(name);
            return base.GenerateAsync(request, cancellationToken);
        }
    }
}
