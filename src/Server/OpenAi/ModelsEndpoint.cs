using DecodeAlign.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Server;

/// <summary>The models of the container.</summary>
internal static class ModelsEndpoint
{
    public static Task ListAsync(HttpContext context, CancellationToken cancellationToken) =>
        context.Response.WriteAsJsonAsync(new ModelList([.. Served(context).Select(Describe)]), ServerJson.Strict.ModelList, cancellationToken: cancellationToken);

    public static Task GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var name = (string?)context.Request.RouteValues["name"];
        var model = Served(context).FirstOrDefault(known => known.Name == name) ?? throw new ApiException(404, $"there is no model '{name}'", "model", "model_not_found");
        return context.Response.WriteAsJsonAsync(Describe(model), ServerJson.Strict.ModelItem, cancellationToken: cancellationToken);
    }

    private static IReadOnlyList<HostedModel> Served(HttpContext context) => context.RequestServices.GetRequiredService<ServedDecoders>().Models;

    private static ModelItem Describe(HostedModel model) => new(model.Name);
}

/// <summary>All models.</summary>
internal sealed record ModelList(IReadOnlyList<ModelItem> Data)
{
    public string Object { get; } = "list";
}

/// <summary>One model. When its files were made is not known.</summary>
internal sealed record ModelItem(string Id)
{
    public string Object { get; } = "model";

    public long Created { get; }

    public string OwnedBy { get; } = "decodealign";
}
