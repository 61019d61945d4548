using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DecodeAlign.Server;

/// <summary>The playground's files, which the assembly holds: <c>index.html</c> at <c>/</c>, the others below <c>/playground</c>. They need no key; what they ask the server does.</summary>
internal static class PlaygroundPage
{
    private const string Prefix = "playground/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".json"] = "application/json",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary();

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/", (RequestDelegate)(context => SendAsync(context, "index.html")));
        group.MapGet("/playground/{name}", (RequestDelegate)(context => SendAsync(context, (string)context.Request.RouteValues["name"]!)));
    }

    private static async Task SendAsync(HttpContext context, string name)
    {
        await using var file = Types.ContainsKey(Path.GetExtension(name)) ? typeof(PlaygroundPage).Assembly.GetManifestResourceStream(Prefix + name) : null;
        if (file is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = Types[Path.GetExtension(name)];
        context.Response.ContentLength = file.Length;
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-cache";
        await file.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
