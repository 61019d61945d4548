using System.Net;
using System.Net.Sockets;
using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using DecodeAlign.Models;
using DecodeAlign.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace DecodeAlign.Cli;

/// <summary>The app that <c>serve</c> runs: the endpoints, health, metrics, and who is let in.</summary>
internal static class ServeHost
{
    /// <exception cref="UsageException">An address can't be used.</exception>
    public static WebApplication Build(ServeSetup setup, IModelSource models, Terminal terminal)
    {
        var addresses = setup.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses.Length == 0) throw new UsageException("--urls: names no address");
        var loopback = addresses.All(IsLoopback);
        if (!loopback && setup.Keys.Count == 0) terminal.Note("it is open beyond this machine, and asks for no key: whoever reaches it can use it (--api-keys)");

        // neither files of the current folder nor the environment's say anything here
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = setup.MaxBodyBytes;
        }).UseUrls(addresses);
        builder.Logging.SetMinimumLevel(setup.Verbose ? LogLevel.Information : LogLevel.Warning).AddProvider(new TerminalLog(terminal));
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        AddModels(builder.Services, setup, models);
        builder.Services.AddDecodeAlignServer(options =>
        {
            (options.Decoder, options.MaxConcurrentRequests, options.MaxBodyBytes, options.RequestTimeout, options.Playground) = (setup.Decoder, setup.MaxRequests, setup.MaxBodyBytes, setup.Timeout, setup.Playground);
            foreach (var key in setup.Keys) options.ApiKeys.Add(key);
        });
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(TelemetryNames.Source, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel").AddPrometheusExporter());
        if (setup.Origins.Count > 0) builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins([.. setup.Origins]).AllowAnyHeader().WithMethods("GET", "POST")));
        // a page elsewhere that gives its own name this machine's address is not let in
        if (loopback) builder.Services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);

        var app = builder.Build();
        if (loopback) app.UseHostFiltering();
        app.UseRouting();
        if (setup.Origins.Count > 0) app.UseCors();
        app.MapDecodeAlign();
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = (context, report) => context.Response.WriteAsync(report.Status.ToString()) });
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }

    /// <summary>Starts the app.</summary>
    /// <exception cref="IOException">It can't listen where it should; the message says why, and what to do.</exception>
    public static async Task StartAsync(WebApplication app, ServeSetup setup, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            var reason = (fault as SocketException ?? fault.GetBaseException() as SocketException)?.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program listens there already; stop it, or name another port, such as --urls http://127.0.0.1:8001",
                SocketError.AddressNotAvailable => "this machine has no such address",
                SocketError.AccessDenied => "this port is not open to this user; name one above 1023",
                _ => fault.Message,
            };
            throw new IOException($"--urls {setup.Urls}: {reason}", fault);
        }
    }

    private static void AddModels(IServiceCollection services, ServeSetup setup, IModelSource models)
    {
        if (setup.AppSettings is { } file)
        {
            var section = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file)).Build().GetSection(DecodeAlignOptions.SectionName);
            services.AddDecodeAlign(section, build => build.AddHealthCheck());
            return;
        }
        var folder = models.Folder(setup.Model.Files);
        var name = setup.Model.Files is not { } files ? DecodeAlignOptions.DefaultName : Path.GetFileName(Path.TrimEndingDirectorySeparator(files));
        services.AddDecodeAlign(build => build
            .AddModel(name, async (_, _, _, cancellationToken) => await models.LoadAsync(setup.Model, cancellationToken).ConfigureAwait(false), options => options.Folder = folder)
            .AddHealthCheck());
        foreach (var format in ModelSource.TokenizerFormats) services.AddSingleton<ITokenizerFormat>(format);
    }

    private static bool IsLoopback(string url)
    {
        var address = BindingAddress.Parse(url);
        if (address.Port > ushort.MaxValue) throw new UsageException($"--urls: '{url}' has no port from 0 to {ushort.MaxValue}");
        if (address.Scheme != Uri.UriSchemeHttp) throw new UsageException($"--urls: '{url}' must begin with http://; for https put a proxy before it");
        return address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
