using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace DecodeAlign.Tests;

public class HostedDecoderTests
{
    [Fact]
    public async Task AddDecodeAlign_WithNothing_RunsTheEmbeddedModel()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        await using var services = new ServiceCollection().AddDecodeAlign().BuildServiceProvider();
        var decoder = services.GetRequiredService<HostedDecoder>();
        var result = await decoder.GenerateAsync(decoder.CreateRequest("Once upon a time") with { Decoder = Decoders.Greedy, MaxTokens = 5 }, TestContext.Current.CancellationToken);
        Assert.Equal(5, result.Answer.Ids.Count);
        Assert.Same(decoder, services.GetRequiredService<IDecoder>());
        Assert.Same(services.GetRequiredKeyedService<IChatClient>("default"), services.GetRequiredService<IChatClient>());
    }

    [Fact]
    public async Task AddDecodeAlign_SeveralModels_AreApartAndLoadedOnce()
    {
        var loads = 0;
        await using var services = Services.Build(build => build
            .AddModel("other", async (provider, options, progress, cancellationToken) =>
            {
                Interlocked.Increment(ref loads);
                await Task.Delay(50, cancellationToken);
                return SmallModel.Load();
            })
            .AddDecoder("a", options => (options.Model, options.Preset, options.MaxTokens) = ("small", "greedy", 3))
            .AddDecoder("b", options => (options.Model, options.Preset, options.MaxTokens, options.LookaheadModel) = ("other", "greedy", 3, "small")));

        var texts = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => services.GetRequiredKeyedService<IDecoder>(i % 2 == 0 ? "a" : "b")
            .GenerateAsync(services.GetRequiredKeyedService<HostedDecoder>(i % 2 == 0 ? "a" : "b").CreateRequest("x"), TestContext.Current.CancellationToken)));

        Assert.Single(texts.Select(text => text.Text).Distinct());
        Assert.Equal(1, loads);
        Assert.NotSame(services.GetRequiredKeyedService<ILanguageModel>("small"), services.GetRequiredKeyedService<ILanguageModel>("other"));
        Assert.Same(services.GetRequiredKeyedService<HostedModel>("other"), services.GetRequiredKeyedService<HostedDecoder>("b").Model);
    }

    [Fact]
    public async Task StartAsync_SlowLoad_DoesNotHoldUpTheHostAndShowsInTheHealthCheck()
    {
        var go = new TaskCompletionSource();
        using var host = Services.Host(Services.Section(("Models:m:Engine", "slow")), build => build.AddHealthCheck().AddEngine("slow", async (_, _, progress, _) =>
        {
            progress.Report(0.4);
            await go.Task;
            return SmallModel.Load();
        }));
        var health = host.Services.GetRequiredService<HealthCheckService>();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var model = host.Services.GetRequiredService<HostedModel>();
        while (model.Progress < 0.4) await Task.Delay(5, TestContext.Current.CancellationToken);

        var loading = await health.CheckHealthAsync(TestContext.Current.CancellationToken);
        var waiting = host.Services.GetRequiredService<HostedDecoder>().GenerateAsync("x", TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        go.SetResult();
        await waiting;
        var ready = await health.CheckHealthAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HealthStatus.Degraded, "m: loading, 40 %"), (loading.Status, loading.Entries["decodealign"].Description));
        Assert.Equal((HealthStatus.Healthy, ModelState.Ready), (ready.Status, model.State));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task GenerateAsync_ModelCannotBeLoaded_SaysWhyAndTheHealthCheckIsUnhealthy()
    {
        await using var services = Services.Build(
            build => build.AddHealthCheck().AddModel("broken", (_, _, _, _) => throw new IOException("the disk is on fire")).AddDecoder("d", options => options.Model = "broken"));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => services.GetRequiredKeyedService<HostedDecoder>("d").GenerateAsync("x"));
        Assert.Equal("the model 'broken' could not be loaded: the disk is on fire", fault.Message);
        Assert.Equal(HealthStatus.Unhealthy, (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task GenerateAsync_Cancelled_EndsWithinAPassAndReturnsItsMemory()
    {
        await using var services = Services.Build();
        var decoder = services.GetRequiredService<HostedDecoder>();
        using var cancel = new CancellationTokenSource();
        var steps = 0;
        var request = decoder.CreateRequest("x") with { Decoder = Decoders.Greedy, MaxTokens = 80, Progress = new Steps(() => { if (++steps == 3) cancel.Cancel(); }) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoder.GenerateAsync(request, cancel.Token));
        Assert.Equal((3, 0), (steps, decoder.Model.Statistics!.Value.OpenSessions));
    }

    [Fact]
    public async Task StreamAsync_Preset_EndsWithTheResultAndItsTrace()
    {
        await using var services = Services.Build(build => build.AddDecoder("d", options => (options.Preset, options.MaxTokens) = ("greedy", 6)));
        var decoder = services.GetRequiredService<HostedDecoder>();
        var trace = new TraceRecorder();
        var pieces = new List<DecodingUpdate>();
        await foreach (var piece in decoder.StreamAsync(decoder.CreateRequest("x") with { Trace = trace }, TestContext.Current.CancellationToken)) pieces.Add(piece);
        var result = pieces[^1].Result!;
        Assert.Equal(result.Text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal((result, 6), (trace.Result, trace.Steps.Count));
        Assert.True(pieces.Count > 2);
    }

    private sealed class Steps(Action step) : IProgress<DecodingProgress>
    {
        public void Report(DecodingProgress value) => step();
    }
}
