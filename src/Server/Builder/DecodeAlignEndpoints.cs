using DecodeAlign.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DecodeAlign.Server;

/// <summary>The endpoints of DecodeAlign in an app.</summary>
public static class DecodeAlignEndpoints
{
    /// <summary>Registers what the endpoints need beside <c>AddDecodeAlign</c>, which is called before it; without that, the embedded model is served.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="configure">Changes what the endpoints allow; null: the defaults.</param>
    public static IServiceCollection AddDecodeAlignServer(this IServiceCollection services, Action<ServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddDecodeAlign();
        services.AddOptions<ServerOptions>().Configure(options => configure?.Invoke(options)).Validate(ServerOptionsCheck.Holds, ServerOptionsCheck.Message).ValidateOnStart();
        services.TryAddSingleton<ServedDecoders>();
        services.TryAddSingleton<RequestPreparer>();
        services.TryAddSingleton<Gate>();
        return services;
    }

    /// <summary>
    /// Maps OpenAI's <c>/v1/models</c>, <c>/v1/completions</c> and <c>/v1/chat/completions</c>, <c>/decodealign/v1/catalogue</c> and <c>/decodealign/v1/search</c>, their description at
    /// <c>/openapi/v1.json</c>, and the playground's page at <c>/</c>.
    /// </summary>
    /// <param name="endpoints">The app's routes; its container has <see cref="AddDecodeAlignServer"/>.</param>
    /// <returns>All of them, to be given more conventions, such as a policy.</returns>
    public static RouteGroupBuilder MapDecodeAlign(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var gate = endpoints.ServiceProvider.GetRequiredService<Gate>();
        var group = endpoints.MapGroup("");
        group.MapGet("/v1/models", gate.Open(ModelsEndpoint.ListAsync));
        group.MapGet("/v1/models/{name}", gate.Open(ModelsEndpoint.GetAsync));
        group.MapGet("/decodealign/v1/catalogue", gate.Open(CatalogueEndpoint.GetAsync));
        group.MapPost("/decodealign/v1/search", gate.Admit(SearchEndpoint.PostAsync));
        group.MapPost("/v1/completions", gate.Admit(CompletionsEndpoint.PostAsync));
        group.MapPost("/v1/chat/completions", gate.Admit(ChatEndpoint.PostAsync));
        group.MapGet("/openapi/v1.json", context => OpenApiDocument.GetAsync(context, context.RequestAborted));
        group.MapPost("/v1/embeddings", gate.Open(EmbeddingsEndpoint.PostAsync));
        if (gate.Options.Playground) PlaygroundPage.Map(group);
        return group;
    }
}
