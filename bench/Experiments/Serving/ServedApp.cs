using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using DecodeAlign.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Experiments;

/// <summary>The endpoints over a model, on a free port of this machine.</summary>
internal static class ServedApp
{
    public static async Task<WebApplication> StartAsync(Func<CancellationToken, Task<ILanguageModel>> load, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddDecodeAlign(build => build.AddModel(DecodeAlignOptions.DefaultName, async (_, _, _, cancelled) => await load(cancelled).ConfigureAwait(false)));
        builder.Services.AddDecodeAlignServer(options => options.MaxConcurrentRequests = 1000);
        var app = builder.Build();
        app.UseRouting();
        app.MapDecodeAlign();
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        await app.Services.GetRequiredService<HostedModel>().ReadyAsync(cancellationToken).ConfigureAwait(false);
        return app;
    }
}
